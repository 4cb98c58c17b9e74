"""Words that bind and say nothing by themselves: where clauses begin, and what has no content. Knows words only."""

from __future__ import annotations

import re

STOPS = frozenset(
    re.findall(
        r"\w+",
        """a an the and or of to in on at by for from as is are was were be been being has have had it
        its this that these those they them their he she his her you your we our one which who whose
        whom what there then than so if when while whether such also both either do does did will
        would with into per up out not no any""",
    )
)
"""Words without content."""
BREAKERS = frozenset(
    re.findall(
        r"\w+",
        """but while whereas although though however yet because which so if when unless once where
        whose since""",
    )
)
"""Words that open a clause."""
INTRODUCING = frozenset(
    re.findall(
        r"\w+",
        """without with if when for under since before after in from until through once unless where
        whenever while although though because as by on at during among between despite""",
    )
)
"""Words that open a phrase before the sentence proper; a comma ends it."""
FINITE = frozenset(
    re.findall(
        r"\w+",
        """is are was does do has have may can must cannot will would should it they the this that its""",
    )
)
"""What may follow "and" when a clause of its own follows."""
VERBAL = frozenset(
    re.findall(
        r"\w+",
        """is are was were does do did has have may can must will should pays pay covers cover takes
        take wants want needs need carries carry goes go stands stand counts count asks ask applies
        apply gives give excludes exclude cuts adds earns decides bills denies marks makes came
        follows stays says say calls names allows requires include includes treat evaluate furnished
        judged""",
    )
)
"""Words by which a clause has its verb."""
