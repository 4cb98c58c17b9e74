"""Hostile texts in notes, articles, chats, questions and models' answers: what may not come of them."""
