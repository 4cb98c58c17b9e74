"""status: what is installed, what the index holds, and where things lie."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from citecoder import __version__, model, wire
from citecoder.app.verbs import imports

if TYPE_CHECKING:
    from citecoder.app.wiring import Parts


def status(parts: Parts) -> wire.StatusResponse:
    """Describe this installation; the index is built if it isn't there yet."""
    passages = parts.store.passages()
    count: Counter[str] = Counter(passage.source.authority for passage in passages)
    editions = parts.edits.on(datetime.now(UTC).date()).editions
    imported = imports.listed(parts)
    return wire.StatusResponse(
        version=__version__,
        contract=wire.CONTRACT,
        index=parts.store.version,
        passages=len(passages),
        by_authority={name: count[name] for name in model.AUTHORITY_RANK if count[name]},
        ingested=sum(passage.ingested for passage in passages),
        disputed=sum(passage.disputed is not None for passage in passages),
        codes=len(parts.codes.codes),
        payers=sorted(parts.payers),
        editions={"ncci": editions.ncci.edition.isoformat(), "mue": editions.mue.edition.isoformat()},
        embeddings=parts.settings.embeddings,
        tracing_allowed=parts.settings.allow_tracing,
        folders={
            "data": str(parts.roots.packaged),
            "site": str(parts.settings.site),
            "cache": str(parts.settings.cache),
        },
        records=parts.records_place,
        imports=imported.tables,
        descriptors=imported.descriptors,
        language_model=language_model(parts),
    )


def language_model(parts: Parts) -> wire.LanguageModelStatus | None:
    """Tell the chosen language model and whether it can be asked, without asking it."""
    chosen = parts.language_model
    if chosen is None:
        return None
    fault = chosen.fault()
    return wire.LanguageModelStatus(name=chosen.name, usable=fault is None, fault=fault)
