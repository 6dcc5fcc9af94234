"""The check of a prediction against the labelling configuration of its project.

Label Studio's bulk import drops a prediction that does not fit, and does not say which. It judges with its own SDK;
this package gives the same verdicts without it, and a test holds the two together.
"""
