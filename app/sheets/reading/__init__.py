"""From the cells of a table to values, and what a file's rows come to."""
