"""How a document becomes a PDF: fonts, codes, HTML, and the process that makes it."""
