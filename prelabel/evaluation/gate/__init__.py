"""The gate: whether a challenger is better than the champion, on the same pages, by more than noise."""
