"""Charts drawn by the server as SVG: places and shapes here, colours in the stylesheet."""
