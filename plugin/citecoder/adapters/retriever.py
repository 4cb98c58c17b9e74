"""A passage store as a LangChain retriever, for anyone who builds chains of their own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun


class PassageRetriever(BaseRetriever):
    """Documents are passages, the best first; ``metadata`` has ``id``, ``source`` (article id) and ``score``.

    Attributes:
        store: any ``PassageStore``.
        k: how many documents at most.
        code: only passages about this code.
        payer: only passages about this payer or about none.
        authority: only sources of this authority.
        on: only passages in force on this day.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: Any
    k: int = 8
    code: str | None = None
    payer: str | None = None
    authority: str | None = None
    on: date | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's signature
    ) -> list[Document]:
        hits = self.store.search(
            query, k=self.k, code=self.code, payer=self.payer, authority=self.authority, on=self.on
        )
        return [
            Document(
                id=hit.passage.id,
                page_content=hit.passage.text,
                metadata={
                    "id": hit.passage.id,
                    "source": hit.passage.source.id,
                    "score": hit.score,
                    "title": hit.passage.source.title,
                    "authority": hit.passage.source.authority,
                    "locator": hit.passage.source.locator,
                },
            )
            for hit in hits
        ]
