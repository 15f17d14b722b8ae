"""Rich records, their effects and queries. No request, no commit."""

from app.models import master
from app.models.alerts import group_robot
from app.models.controlled import revision
from app.models.floor import anomaly, handover
from app.models.mail import received_mail
from app.models.master import dictionary
from app.models.people import deputy, display, logins, preferences, station, user
from app.models.production import production_order
from app.models.purchasing import requisition
from app.models.quality import sample
from app.models.records import event, idempotency, number_series
from app.models.records.discussion import mention
from app.models.records.papers import attachment, document, file_store
from app.models.records.rules import (
    down_time,
    gate_setting,
    plant_settings,
    setting,
    stage_settings,
)
from app.models.records.sealing import plant_chain
from app.models.sales import order
from app.models.spreadsheets import column_mapping, sheet_import
from app.models.vouchers import batch
from app.models.warehouse import complaint, disposition, lot_search, shipment
from app.models.warehouse.counting import stock_count
