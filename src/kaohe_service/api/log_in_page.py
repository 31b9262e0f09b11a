"""
The page on which a browser gets its session, to read the description of the API with.

It has no script in it and no style of its own: the content policy forbids both.
"""

from __future__ import annotations

from kaohe_service.calls import Answer, Call

PATH = "/log-in"
SCRIPT_PATH = "/log-in.js"

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)

PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>登录 · kaohe API</title>
  </head>
  <body>
    <h1>登录后查看接口说明</h1>
    <form id="log-in" method="post">
      <p><label>账号 <input name="account" autocomplete="username" required autofocus></label></p>
      <p>
        <label>密码 <input name="password" type="password" autocomplete="current-password" required></label>
      </p>
      <p id="second" hidden>
        <label>动态口令或恢复码 <input name="code" autocomplete="one-time-code"></label>
      </p>
      <p><button>登录</button></p>
      <p id="told" role="alert"><noscript>本页需要启用 JavaScript。</noscript></p>
    </form>
    <script src="/log-in.js"></script>
  </body>
</html>
"""

SCRIPT = """document.getElementById("log-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const told = document.getElementById("told");
  const given = new FormData(event.target);
  const sent = { account: given.get("account"), password: given.get("password") };
  if (given.get("code")) {
    sent.code = given.get("code");
  }
  told.textContent = "";
  try {
    const answer = await fetch("/api/v1/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(sent)
    });
    const said = await answer.json();
    if (answer.ok) {
      location.assign("/docs");
    } else {
      told.textContent = said.detail;
      if (said.code === "second-factor-missing") {
        document.getElementById("second").hidden = false;
        event.target.elements.code.focus();
      }
    }
  } catch {
    told.textContent = "服务没有响应，请稍后再试。";
  }
});
"""


def send_there() -> Answer:
    """What a browser without a session gets instead of a page."""
    return Answer(status=303, headers={"Location": PATH})


def show_page(call: Call) -> Answer:
    """The page."""
    return Answer.page(PAGE, POLICY)


def show_script(call: Call) -> Answer:
    """What sends the form and goes on to the description."""
    return Answer(content=SCRIPT.encode(), content_type="text/javascript; charset=utf-8")
