"""Drawing a definition that has no diagram: left to right, branches as rows, edges at right angles.

    text = lay_out(text)      # a fresh drawing of everything
    text = drawn(text)        # the drawing it has, or a fresh one when something is missing in it

Pure Python. `scope` reads what is to be drawn, `grid` gives ranks and rows, `route` places and
edges, `di` writes them as BPMN DI.
"""

from processes.bpmn.layout.di import drawn, is_drawn, lay_out

__all__ = ["drawn", "is_drawn", "lay_out"]
