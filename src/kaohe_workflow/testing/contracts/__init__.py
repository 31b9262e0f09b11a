"""
The contract of a store, as tests: subclass `StoreContract`, give it the fixture ``store``, and run it.

    class TestMyStore(StoreContract):
        @pytest.fixture
        def store(self):
            return MyStore(records=RECORDS, secrets=…)

Each test gets an empty store. `ContentsContract` is the same for a place of files, with the fixture ``contents``.
Register this package for assertion rewriting before importing it
(`pytest.register_assert_rewrite("kaohe_workflow.testing.contracts")`).
"""

from kaohe_workflow.testing.contracts.attachments import AttachmentsContract, ContentsContract
from kaohe_workflow.testing.contracts.audit import AuditContract
from kaohe_workflow.testing.contracts.beside import BesideContract
from kaohe_workflow.testing.contracts.cases import CasesContract
from kaohe_workflow.testing.contracts.concurrency import ConcurrencyContract
from kaohe_workflow.testing.contracts.filed import FiledContract
from kaohe_workflow.testing.contracts.inboxes import InboxesContract
from kaohe_workflow.testing.contracts.moves import MovesContract
from kaohe_workflow.testing.contracts.outgoing import OutgoingContract
from kaohe_workflow.testing.contracts.platforms import PlatformsContract
from kaohe_workflow.testing.contracts.records import NOW, RECORDS, changed, made, stored
from kaohe_workflow.testing.contracts.units import UnitsContract
from kaohe_workflow.testing.contracts.views import ViewsContract


class StoreContract(
    CasesContract,
    MovesContract,
    UnitsContract,
    ConcurrencyContract,
    BesideContract,
    InboxesContract,
    AttachmentsContract,
    OutgoingContract,
    PlatformsContract,
    ViewsContract,
    FiledContract,
    AuditContract,
):
    """Everything a store must do."""


__all__ = ["NOW", "RECORDS", "ContentsContract", "StoreContract", "changed", "made", "stored"]
