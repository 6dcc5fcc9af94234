"""XML of others: labelling configurations, and data of PDF forms."""
