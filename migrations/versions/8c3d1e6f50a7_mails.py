"""Mails that came in, and where on their server each lay."""

import sqlalchemy as sa
from alembic import op

revision = "8c3d1e6f50a7"
down_revision = "a7c3e91d50b2"
additive = True

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "received_mail",
        sa.Column("id", KEY, nullable=False),
        sa.Column("message_key", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("became", sa.String(length=10), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("matched", sa.String(length=10), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("order_id", KEY, nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sales_order.id"], name=op.f("fk_received_mail_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mail")),
        sa.UniqueConstraint("message_key", name=op.f("uq_received_mail_message_key")),
        sa.UniqueConstraint("sha256", name=op.f("uq_received_mail_sha256")),
    )
    op.create_index("ix_received_mail_order_id", "received_mail", ["order_id"])
    op.create_index("ix_received_mail_settled_at", "received_mail", ["settled_at"])
    op.create_table(
        "mail_place",
        sa.Column("id", KEY, nullable=False),
        sa.Column("mail_id", KEY, nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("folder", sa.String(length=200), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["received_mail.id"], name=op.f("fk_mail_place_mail_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_place")),
        sa.UniqueConstraint(
            "account", "folder", "uidvalidity", "uid", name=op.f("uq_mail_place_account_folder_uidvalidity_uid")
        ),
    )
    op.create_index("ix_mail_place_mail_id", "mail_place", ["mail_id"])


def downgrade():
    op.drop_table("mail_place")
    op.drop_table("received_mail")
