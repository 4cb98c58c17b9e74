"""The steps of reviewing and of answering, each as one LangChain Runnable: every door and every evaluation runs these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.runnables import Runnable, RunnableLambda

from citecoder.answering import engine as answering
from citecoder.coding.engine import STEPS, Engine, State
from citecoder.model import Request, Review

if TYPE_CHECKING:
    from collections.abc import Callable

    from citecoder.answering.desk import Desk
    from citecoder.answers import Answer, Question


def suggest_chain(engine: Engine) -> Runnable[Request, Review]:
    """Return the chain Request → Review, with ``invoke``, ``batch``, ``stream`` and their async forms.

    Args:
        engine: what the steps work with; a second proposer, when there is one, is in it.
    """
    chain: Runnable[Request, State] = RunnableLambda(lambda request: State(request, engine), name="begin")
    for step in STEPS:
        chain = chain | RunnableLambda(step, name=_name(step))
    return chain | RunnableLambda(_review, name="review")


def _name(step: Callable[[State], State]) -> str:
    return step.__name__


def _review(state: State) -> Review:
    if state.review is None:
        raise RuntimeError("the steps ended without a review")
    return state.review


def answer_chain(desk: Desk) -> Runnable[Question, Answer]:
    """Return the chain Question → Answer, with ``invoke``, ``batch``, ``stream`` and their async forms.

    Args:
        desk: what answering works with.
    """
    chain: Runnable[Question, answering.State] = RunnableLambda(
        lambda question: answering.State(question, desk), name="begin"
    )
    for step in answering.STEPS:
        chain = chain | RunnableLambda(step, name=step.__name__)
    return chain | RunnableLambda(answering.answer_of, name="answer")
