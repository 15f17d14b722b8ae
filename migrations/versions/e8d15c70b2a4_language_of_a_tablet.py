"""A shared tablet speaks a language of its own."""

import sqlalchemy as sa
from alembic import op

revision = 'e8d15c70b2a4'
down_revision = "b7e4120d95ac"


def upgrade() -> None:
    with op.batch_alter_table('station') as batch:
        batch.add_column(sa.Column('language', sa.String(length=12), nullable=True))
