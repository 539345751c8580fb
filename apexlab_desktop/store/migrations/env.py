"""Run by Alembic: apply the steps on the connection that the library hands over."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    # The library opens one transaction around all steps; a second one inside would commit half.
    transactional_ddl=False,
)
context.run_migrations()
