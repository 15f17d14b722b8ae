"""What a plant sets for itself, such as its name and address on papers."""

import sqlalchemy as sa
from alembic import op

revision = "9c2e57a10b34"
down_revision = "6d1f03b8a2c7"
additive = True

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "plant_setting",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plant_setting")),
    )


def downgrade():
    op.drop_table("plant_setting")
