"""Drawing of traces and maps; the only place of pyqtgraph."""
