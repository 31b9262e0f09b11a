"""
账户: whoever logs in.
"""

from kaohe_workflow.lifecycles.account.actions import ACTIONS
from kaohe_workflow.lifecycles.account.case import Account
from kaohe_workflow.lifecycles.account.events import PAYLOADS
from kaohe_workflow.lifecycles.account.facts import AccountFacts
from kaohe_workflow.lifecycles.shape import Lifecycle

LIFECYCLE = Lifecycle("account", Account, PAYLOADS, AccountFacts, ACTIONS)
