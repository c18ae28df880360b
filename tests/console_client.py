"""A client of `catalog console` that does what a browser without JavaScript does: it follows links and sends forms."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit


@dataclass
class Form:
    """A form of a page, with the values that it has."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)
    """Name of a select → its options, as they are shown."""

    def filled(self, changes: dict[str, str | list[str]]) -> str:
        """The body of a request with these values in place of those that the form has."""
        kept = [(name, value) for name, value in self.values if name not in changes]
        given = [
            (name, text) for name, value in changes.items() for text in (value if isinstance(value, list) else [value])
        ]
        return urlencode([*kept, *given])


class Document(HTMLParser):
    """A page: its status, its text, its links and its forms."""

    def __init__(self, status: int, headers: dict[str, str], text: str) -> None:
        super().__init__()
        self.status, self.headers, self.html = status, headers, text
        self.texts: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.scripts = 0
        self.select = ""
        self.area: str | None = None
        self.hidden = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.texts.append("" if tag == "wbr" else " ")
        self.hidden += tag in ("script", "style")
        self.scripts += tag == "script"
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "form":
            self.forms.append(Form(values["action"], values["method"]))
        if not self.forms:
            return
        form = self.forms[-1]
        ticks = values.get("type") in ("checkbox", "radio")
        if tag == "input" and "name" in values and (not ticks or "checked" in values):
            form.values.append((values["name"], values.get("value", "")))
        if tag == "select":
            self.select = values["name"]
            form.options[self.select] = []
        if tag == "option":
            form.options[self.select].append(values["value"])
            if "selected" in values:
                form.values.append((self.select, values["value"]))
        if tag == "textarea":
            self.area = values["name"]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")
        if tag == "textarea":
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.forms[-1].values.append((self.area, data.removeprefix("\n")))
        elif not self.hidden:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All texts, with single spaces."""
        return " ".join("".join(self.texts).split())

    def link(self, part: str) -> str:
        """The first link with this part."""
        return next(link for link in self.links if part in link)

    def form(self, part: str) -> Form:
        """The form whose action has this part."""
        return next(form for form in self.forms if part in form.action)


@dataclass
class Visit:
    """Somebody who has opened the console."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, path: str, body: str | None = None, headers: dict[str, str] | None = None, *, follow: bool = True
    ) -> Document:
        """The page, after the redirections."""
        host = urlsplit(self.address).netloc
        connection = http.client.HTTPConnection(host, timeout=30)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        if body is not None:
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{host}"}
        connection.request("GET" if body is None else "POST", path, body, sent | (headers or {}))
        answer = connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        if follow and answer.status == 303:
            return self.ask(answer.headers["Location"])
        return Document(answer.status, dict(answer.headers), text)

    def send(self, page: Document, part: str, **values: str | list[str]) -> Document:
        """Send a form of a page with these values; `__` in a name stands for a dot."""
        form = page.form(part)
        changes = {name.replace("__", "."): value for name, value in values.items()}
        if form.method == "get":
            return self.ask(f"{form.action}?{form.filled(changes)}")
        return self.ask(form.action, form.filled(changes))

    def sign_in(self, role: str) -> Document:
        """The first page of a role."""
        return self.send(self.ask("/sign-in"), "/sign-in", role=role)
