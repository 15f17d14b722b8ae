"""Results that count no more stand beside those that do; steps and tests name the anomaly that is reported for them."""

import sqlalchemy as sa
from alembic import op

revision = 'c3a1f0d57e92'
down_revision = '3a51c07be214'

# What a plant that has these codes most likely means by them: by the test's code, by how the step's reading is called.
TESTS = {"PH": "A06", "NET": "A08", "NETAVG": "A08", "LEAK": "A04", "LABEL": "A07"}
STEPS = {"温度": "A06", "标签差异": "A07", "氯气": "A05", "原液有效氯": "A03"}


def upgrade() -> None:
    with op.batch_alter_table('test_result') as batch:
        batch.add_column(sa.Column('set_aside', sa.String(length=12), nullable=True))
        batch.add_column(sa.Column('set_aside_reason', sa.String(length=1000), server_default=sa.text("''"), nullable=False))
        batch.add_column(sa.Column('set_aside_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch.add_column(sa.Column('set_aside_at', sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f('fk_test_result_set_aside_by_id'), 'user', ['set_aside_by_id'], ['id'])
    with op.batch_alter_table('anomaly') as batch:
        batch.add_column(sa.Column('out_of_limits', sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for table in ('spec_test', 'work_step'):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column('anomaly', sa.String(length=40), nullable=True))
            batch.create_foreign_key(op.f(f'fk_{table}_anomaly'), 'anomaly_code', ['anomaly'], ['code'])
    name_anomalies()


def name_anomalies():
    """Fill in the codes that the plant has; what is named by nothing goes by what is usual for its entry."""
    connection = op.get_bind()
    known = set(connection.scalars(sa.text("SELECT code FROM anomaly_code")))
    for code, anomaly in TESTS.items():
        if anomaly in known:
            connection.execute(sa.text("UPDATE spec_test SET anomaly = :anomaly WHERE code = :code"), {"anomaly": anomaly, "code": code})
    for parameter, anomaly in STEPS.items():
        if anomaly in known:
            connection.execute(sa.text("UPDATE work_step SET anomaly = :anomaly WHERE parameter_zh LIKE :parameter AND limit_ref IS NULL"),
                               {"anomaly": anomaly, "parameter": f"{parameter}%"})
