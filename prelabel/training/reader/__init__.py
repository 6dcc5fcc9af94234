"""Training of the reader: printed lines drawn on the fly, a small convolutional network, CTC over positional jamo."""
