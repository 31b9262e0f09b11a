"""
Notices by mail, over SMTP.

The message says that there is a notice and of which kind; whoever gets it by mistake learns nothing about anybody.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import closing, suppress
from email.message import EmailMessage

import attrs

from kaohe_workflow.adapters.cutting import ALTOGETHER_SECONDS, cut_after
from kaohe_workflow.application.stored import Channel, Dispatch
from kaohe_workflow.errors import Undeliverable
from kaohe_workflow.values.mail_server import SmtpServer

SECONDS = 10.0
"""How long a server may be silent."""

GREETING = 220


@attrs.frozen
class MailCarrier:
    """The port `Carrier` for mail; ``sender`` is the address it comes from."""

    server: SmtpServer
    sender: str
    tls: ssl.SSLContext = attrs.field(factory=ssl.create_default_context, repr=False)
    altogether: float = ALTOGETHER_SECONDS

    def carry(self, channel: Channel, dispatch: Dispatch) -> None:
        """
        Hand a message in.

        Raises:
            Undeliverable: the server does not answer or refuses; for good where it says so (5xx) of the address or the
                message, everywhere where it is about neither.
        """
        message = EmailMessage()
        message["From"], message["To"] = self.sender, channel.address
        message["Subject"] = f"医师定期考核：新通知（{dispatch.kind.label}）"
        message["Message-ID"] = f"<{dispatch.id}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(
            "您在医师定期考核系统有一条新通知，请登录系统，在收件箱中查看。\n\n此邮件由系统自动发送，请勿回复。\n"
        )
        try:
            self._hand_in(message)
        except smtplib.SMTPRecipientsRefused as ex:
            code = next(iter(ex.recipients.values()))[0]
            raise Undeliverable(f"smtp-{code}", final=code >= 500) from ex
        except smtplib.SMTPDataError as ex:
            raise Undeliverable(f"smtp-{ex.smtp_code}", final=ex.smtp_code >= 500) from ex
        except smtplib.SMTPResponseException as ex:
            # Who may not log in today may tomorrow: only the answer to a message is for good.
            raise Undeliverable(f"smtp-{ex.smtp_code}", everywhere=True) from ex
        except (smtplib.SMTPException, OSError) as ex:
            raise Undeliverable(_code(ex), everywhere=True) from ex

    def _hand_in(self, message: EmailMessage) -> None:
        server = self.server
        if server.protection == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(timeout=SECONDS, context=self.tls)
        else:
            connection = smtplib.SMTP(timeout=SECONDS)
        # Named here, the constructor would connect at once, and nobody could cut it off meanwhile.
        connection._host = server.host  # type: ignore[attr-defined]  # the name that its certificate must bear
        with cut_after(self.altogether, lambda: connection.sock), closing(connection):
            code, words = connection.connect(server.host, server.port)
            if code != GREETING:
                raise smtplib.SMTPConnectError(code, words)
            if server.protection == "smtp+starttls":
                connection.starttls(context=self.tls)
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)
            with suppress(smtplib.SMTPException):  # it was taken, whatever is said at parting
                connection.quit()


def _code(error: Exception) -> str:
    """
    A code for what went wrong, without the words of the other side.

    >>> _code(TimeoutError())
    'timeout-error'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()
