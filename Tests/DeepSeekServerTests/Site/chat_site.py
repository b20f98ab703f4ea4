"""Uses the chat site as a person does, in a headless Chromium.

Arguments: address, account, password, folder for pictures, and the token that ends an answer.

Exits with 0 if all of it worked; what did not is the exception.
"""

import json
import re
import shutil
import sys
import time

from playwright.sync_api import expect, sync_playwright

address, account, password, pictures, end_token = sys.argv[1:]
faults = []


def until(page, expression):
    """Polls from outside: the page's policy lets nobody evaluate strings inside."""
    end = time.monotonic() + 20
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        time.sleep(0.02)


ANSWER = "(document.querySelector('article.assistant .content:not(:has(.waiting))')?.textContent.length ?? 0)"


def go_on(route):
    """Random weights end an answer after some tokens; here none ends before it is stopped."""
    asked = json.loads(route.request.post_data)
    route.continue_(post_data=json.dumps({**asked, "logit_bias": {end_token: -100}}))


def sign_in(page):
    expect(page.locator("#sign-in")).to_be_visible()
    page.fill("#sign-in input[name=name]", account)
    page.fill("#sign-in input[name=password]", "not the password")
    page.click("#sign-in button.primary")
    expect(page.locator("#sign-in-error")).to_have_text(re.compile("not right"))
    faults.clear()
    page.fill("#sign-in input[name=password]", password)
    page.press("#sign-in input[name=password]", "Enter")
    expect(page.locator("#sign-in")).to_be_hidden()
    session = next(cookie for cookie in page.context.cookies() if cookie["name"] == "deepseek_session")
    assert session["httpOnly"] and session["sameSite"] == "Strict", session


def talk(page):
    """Sends a message, sees the answer grow, stops it, and asks again in other words."""
    page.fill("#text", "Tell me of the sea")
    page.press("#text", "Enter")
    expect(page.locator("article.user .content")).to_have_text("Tell me of the sea")
    answer = page.locator("article.assistant .content").last
    expect(page.locator("#stop")).to_be_visible()
    until(page, f"{ANSWER} > 20")
    first = len(answer.text_content())
    until(page, f"{ANSWER} > {first}")
    page.click("#stop")
    expect(page.locator("#messages p.note")).to_have_text("Stopped")
    expect(page.locator("#send")).to_be_visible()
    kept = answer.text_content()
    assert len(kept) > first, "what was written stays"

    page.hover("article.user")
    page.click("article.user button[aria-label=Edit]")
    page.fill("article.user textarea", "Tell me of the land")
    page.click("article.user form button.primary")
    expect(page.locator("article.user .content")).to_have_text("Tell me of the land")
    expect(page.locator("article.user .actions span")).to_have_text("2/2")
    until(page, f"{ANSWER} > 10")
    page.click("#stop")
    page.click("article.user button[aria-label='Previous version']")
    expect(page.locator("article.user .content")).to_have_text("Tell me of the sea")
    assert page.locator("article.assistant .content").text_content() == kept, "the branch that was left is still there"


def return_later(page):
    page.reload()
    page.click("#list button.title")
    expect(page.locator("article.user .content")).to_have_text("Tell me of the sea")
    expect(page.locator("article.user .actions span")).to_have_text("1/2")


RICH = """# Heading

Some **bold**, *slanted* and `code`, a [link](https://example.org), and $e^{i\\pi} + 1 = 0$.

| a | b |
|---|---|
| 1 | 2 |

1. one
2. two
   - inner

$$\\sum_{k=1}^{n} \\frac{1}{k^2} \\le \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$$

```swift
let x = 1 < 2
```

<script>window.harm = 1</script><img src=x onerror="window.harm = 2">
[press](javascript:window.harm=3) ![picture](https://example.org/x.png)
"""


def show_rich_text(page):
    """An answer with all that is rendered, and with what must never run."""
    saved = page.evaluate(
        """async (text) => {
            const nodes = { a: { id: "a", parent: null, role: "user", content: "<b>show</b>" },
                            b: { id: "b", parent: "a", role: "assistant", content: text } };
            const body = { version: 1, id: "rich", title: "Rich text", updated: Date.now(), settings: {}, nodes, leaf: "b" };
            const answer = await fetch("/site/conversations/rich", { method: "PUT", body: JSON.stringify(body),
                headers: { "content-type": "application/json", "x-deepseek-site": "1" } });
            return answer.status;
        }""", RICH)
    assert saved == 200, saved
    page.goto(address + "/#c=rich")
    page.reload()
    content = page.locator("article.assistant .content")
    expect(content.locator("table td").first).to_have_text("1")
    expect(content.locator("math")).to_have_count(2)
    expect(content.locator("pre code")).to_have_text("let x = 1 < 2")
    expect(content.locator("ol ul li")).to_have_text("inner")
    assert content.locator("script, img, iframe").count() == 0
    assert [link.get_attribute("href") for link in content.locator("a").all()] == ["https://example.org", "https://example.org/x.png"]
    expect(page.locator("article.user .content")).to_have_text("<b>show</b>")
    assert page.evaluate("window.harm") is None
    page.screenshot(path=f"{pictures}/chat-rich-text.png")


def change_looks(page):
    before = page.evaluate("document.documentElement.dataset.theme")
    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") != before
    page.screenshot(path=f"{pictures}/chat-dark.png")
    page.click("#theme")
    page.click("#language")
    expect(page.locator("#new")).to_have_text("新对话")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.screenshot(path=f"{pictures}/chat-chinese.png")
    page.click("#language")
    page.click("#open-settings")
    page.fill("#settings textarea", "Answer in verse.")
    page.fill("#settings input[name=temperature]", "0.5")
    page.click("#settings button.primary")
    page.click("#open-settings")
    expect(page.locator("#settings textarea")).to_have_value("Answer in verse.")
    page.keyboard.press("Escape")


def use_keyboard_and_labels(page):
    unnamed = page.evaluate(
        """[...document.querySelectorAll("button, a, input, textarea")].filter((node) => node.checkVisibility()
            && !(node.textContent.trim() || node.getAttribute("aria-label") || node.labels?.length)).map((n) => n.outerHTML)""")
    assert not unnamed, unnamed
    page.focus(".skip")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()


def look_at_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#menu")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the phone"
    page.screenshot(path=f"{pictures}/chat-phone.png")
    page.click("#menu")
    expect(page.locator("#list button.title").first).to_be_in_viewport()
    page.screenshot(path=f"{pictures}/chat-phone-menu.png")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1180, "height": 800})


def manage_account(page):
    page.goto(address + "/account")
    expect(page.locator("#account-name")).to_have_text(account)
    page.fill("#make-key input", "laptop")
    page.click("#make-key button")
    expect(page.locator("#made-key code")).to_have_text(re.compile("^sk-"))
    expect(page.locator("#keys li", has_text="laptop")).to_have_count(1)
    expect(page.locator("#usage tbody tr")).not_to_have_count(0)
    until(page, "document.querySelector('#tokens-chart').naturalWidth > 0")
    page.screenshot(path=f"{pictures}/account.png", full_page=True)
    page.goto(address + "/")
    page.click("#sign-out")
    expect(page.locator("#sign-in")).to_be_visible()


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1180, "height": 800}, locale="en-US", color_scheme="light")
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("console", lambda message: message.type == "error" and faults.append(f"console: {message.text}"))
    page.on("dialog", lambda dialog: dialog.accept())
    page.on("request", lambda request: request.url.startswith((address, "data:")) or faults.append(f"elsewhere: {request.url}"))
    page.route("**/v1/chat/completions", go_on)
    page.goto(address + "/")
    for step in (sign_in, talk, return_later, show_rich_text, change_looks, use_keyboard_and_labels, look_at_phone, manage_account):
        step(page)
        assert not faults, f"{step.__name__}: {faults}"
        print(step.__name__, flush=True)
    browser.close()
