"""Tables of the package as editors' files: read, judged row by row, written, given back."""
