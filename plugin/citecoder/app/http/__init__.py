"""HTTP: one router a verb, the guards in front of them, and errors as problem documents."""
