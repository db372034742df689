"""Cases from a spreadsheet: strings understood, lines read, a row judged, rows loaded through the same verbs as the pages."""
