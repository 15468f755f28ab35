"""What is stored. States are moved by `bot.flows.moves` only; nothing here decides or acts."""

from bot.models.alerts import Alert, Notice
from bot.models.authors import Author
from bot.models.farewells import Farewell
from bot.models.learning import DecisionScore, Proposal
from bot.models.outgoing import Outgoing
from bot.models.preflight import DoctorLook, Override, Tick
from bot.models.questions import Question, QueueItem
from bot.models.records import AuditEvent, BilledRead, Gap, Heartbeat, OptOut, Spend
from bot.models.rights import Rights
from bot.models.sessions import CueRow, HostAccount, Session
from bot.models.tokens import XToken
from bot.models.views import SavedView

__all__ = [
    "Alert",
    "AuditEvent",
    "Author",
    "BilledRead",
    "CueRow",
    "DecisionScore",
    "DoctorLook",
    "Farewell",
    "Gap",
    "Heartbeat",
    "HostAccount",
    "Notice",
    "OptOut",
    "Outgoing",
    "Override",
    "Proposal",
    "Question",
    "QueueItem",
    "Rights",
    "SavedView",
    "Session",
    "Spend",
    "Tick",
    "XToken",
]
