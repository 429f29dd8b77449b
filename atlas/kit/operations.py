"""Migration operations of the house."""

from django.db.migrations.operations.base import Operation


class Together(Operation):
    """Index, constraint and trigger operations applied against one rendered state.

    Each of them would render every model anew: with some 300 of them a first migrate took half a
    minute instead of seconds.  Only for operations that look at nothing but the final state.
    """

    reduces_to_sql = False

    def __init__(self, operations):
        self.operations = operations

    def deconstruct(self):
        return self.__class__.__name__, [self.operations], {}

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # rendered again once, when the database's turn comes
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, to_state, from_state)

    def describe(self):
        return f"Apply {len(self.operations)} indexes, constraints and triggers"
