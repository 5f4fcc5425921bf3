"""What somebody began is found without looking at everything."""

from alembic import op

revision = "why1"
down_revision = "flow1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("weft_flow_instance_started", "weft_flow_instance", ["started_by", "id"])


def downgrade() -> None:
    op.drop_index("weft_flow_instance_started", "weft_flow_instance")
