"""The shapes of secrets, the dressings they arrive in, and what only looks like a secret: a new case is a new line."""

import base64
import json
import random
import string
import textwrap
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Every token is visibly fake, and put together here so that no scanner takes this file for a leak.
BODY = "EXAMPLEq7Zt2LmB9xWvKc4RyHn8DfPsJ1uGaEo6TiQl0Vb"
HEX = "7c1e0f4ab93d4d6e8a5520cf61b8e913"


@dataclass(frozen=True, slots=True)
class Shape:
    """A secret in the words around it; ``{}`` in ``template`` marks its place."""

    name: str
    template: str
    secret: str
    kind: str
    live: bool = True

    @property
    def text(self) -> str:
        return self.template.replace("{}", self.secret)


def _jwt() -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": "example", "iat": 1516239022})
    head, claims = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return f"{head}.{claims}.{BODY[:43]}"


def _of(prefix: str, length: int = 46) -> str:
    return prefix + BODY[:length]


KEYS = (
    Shape("moonshot", "key {} rejected", _of("sk-"), "KEY"),
    Shape("kimi code", "key {} rejected", _of("sk-kimi-"), "KEY"),
    Shape("project key", "key {} rejected", _of("sk-proj-"), "KEY"),
    Shape("anthropic", "key {} rejected", _of("sk-ant-api03-"), "KEY"),
    Shape("openrouter", "key {} rejected", _of("sk-or-v1-"), "KEY"),
    Shape("short key", "key {} rejected", "sk-EXAMPLE12345", "KEY"),
    Shape("lower-case key", "key {} rejected", "sk-" + HEX, "KEY"),
    Shape("worded key", "key {} rejected", "sk-EXAMPLE-canary-0001", "KEY"),
    Shape("github", "remote: {} denied", _of("ghp_", 36), "TOKEN"),
    Shape("github oauth", "remote: {} denied", _of("gho_", 36), "TOKEN"),
    Shape("github server", "remote: {} denied", _of("ghs_", 36), "TOKEN"),
    Shape("github user", "remote: {} denied", _of("ghu_", 36), "TOKEN"),
    Shape("github fine", "remote: {} denied", _of("github_pat_11", 40), "TOKEN"),
    Shape("gitlab", "remote: {} denied", _of("glpat-", 20), "TOKEN"),
    Shape("slack bot", "using {} here", "-".join(("xoxb", "123456789012", "123456789012", BODY[:24])), "TOKEN"),
    Shape("slack user", "using {} here", "-".join(("xoxp", "123456789012", "123456789012", BODY[:24])), "TOKEN"),
    Shape("slack app", "using {} here", "xapp" + "-1-A0EXAMPLE-123456789012-" + HEX, "TOKEN"),
    Shape("aws id", "signed by {} today", "AKIA" + "EXAMPLE7Q2ZL9XW4", "KEY"),
    Shape("aws session id", "signed by {} today", "ASIA" + "EXAMPLE7Q2ZL9XW4", "KEY"),
    Shape("google", "maps said {} is restricted", _of("AIza", 35), "KEY"),
    Shape("npm", "registry: {} expired", _of("npm_", 36), "TOKEN"),
    Shape(
        "docker hub",
        "docker login -u bob --password-stdin: {}",
        "dckr_" + "pat_" + "V5EXMP-eTsFAKE_sqhv0-0qnGiA",
        "TOKEN",
    ),
    Shape("pypi", "upload with {} failed", _of("pypi-AgEI"), "TOKEN"),
    Shape("stripe", "charge by {} failed", _of("sk_" + "live_", 24), "KEY"),
    Shape("hugging face", "pull with {} failed", _of("hf_", 34), "TOKEN"),
    Shape("telegram", "bot {} is gone", "1234567890:AA" + BODY[:33], "TOKEN"),
    Shape("sendgrid", "mail by {} failed", ".".join(("SG", BODY[:22], BODY[:43])), "KEY"),
    Shape("discord bot", "login with {} failed", ".".join(("M" + BODY[7:31], "GEXMPL", BODY[:38])), "TOKEN"),
    Shape("vault", "read with {} failed", _of("hvs.", 40), "TOKEN"),
    Shape("grafana", "push with {} failed", _of("gl" + "sa_", 32), "TOKEN"),
    Shape("docker hub", "pull with {} failed", _of("dckr_" + "pat_", 27), "TOKEN"),
    Shape("linear", "sync with {} failed", _of("lin_" + "api_", 40), "TOKEN"),
    Shape("notion", "sync with {} failed", _of("nt" + "n_", 40), "TOKEN"),
    Shape("databricks", "run by {} failed", "da" + "pi" + HEX, "KEY"),
    Shape("mailchimp", "mail by {} failed", HEX + "-us12", "KEY"),
    Shape("jwt", "token {} expired", _jwt(), "TOKEN"),
    Shape("bearer", "Authorization: Bearer {}", BODY, "TOKEN"),
    Shape("bearer key", "Authorization: Bearer {}", _of("sk-"), "KEY"),
    Shape("bearer alone", "sent Bearer {} to it", BODY, "TOKEN"),
    Shape("basic", "Authorization: Basic {}", base64.b64encode(b"example:hunter2hunter2").decode(), "TOKEN"),
    Shape("token header", "Authorization: token {}", HEX, "TOKEN"),
    Shape("raw header", "authorization: {}", BODY, "TOKEN"),
    Shape("x-api-key", "x-api-key: {}", BODY, "KEY"),
    Shape("api-key", "api-key: {}", HEX, "KEY"),
)

ASSIGNED = (
    Shape("password env", "DB_PASSWORD={}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("password colon", "password: {}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("passwd", "passwd: {}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("pwd", "uid=sa;pwd={};", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("password flag", "mysql --password {} --host db", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("password flag with equals", "mysql --password={} --host db", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("password in prose", "my password is {}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("password of digits", "password={}", "8675309123", "PASSWORD"),
    Shape("password in xml", "<password>{}</password>", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("api_key", "api_key={}", "EXAMPLE7c1e0f4a", "KEY"),
    Shape("api key colon", "api_key: {}", "EXAMPLE7c1e0f4a", "KEY"),
    Shape("key in prose", "my api key is {}", "EXAMPLE7c1e0f4a", "KEY"),
    Shape("env key", "export MOONSHOT_API_KEY={}", "EXAMPLE7c1e0f4a", "KEY"),
    Shape("secret", "client_secret={}", "EXAMPLE7c1e0f4a", "KEY"),
    Shape("aws secret", "aws_secret_access_key = {}", "wJalrEXAMPLE7c1e/K7MDENG/bPxRfiCYEXAMPLE", "KEY"),
    Shape("azure", "AccountName=a;AccountKey={};EndpointSuffix=b", BODY * 2 + "==", "KEY"),
    Shape("token flag", "tool --token {} run", "EXAMPLE7c1e0f4a", "TOKEN"),
    Shape("access token", "access_token={}", HEX, "TOKEN"),
    Shape("query token", "GET /v1/x?access_token={}&page=2", HEX, "TOKEN"),
    Shape("netrc", "machine api.example.com login bob password {}", "hunter2EXAMPLE", "PASSWORD"),
    Shape("curl user", "curl -u bob:{} https://api.example.com", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("npm auth", "_auth={}", "ZXhhbXBsZTpodW50ZXIy", "TOKEN"),
    Shape("bare key", "key: {}", "EXAMPLEabc123def456zzz111", "KEY"),
    Shape("Chinese key is", "我的key是{}", "EXAMPLEabc123def456", "KEY"),
    Shape("Chinese password", "密码：{}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("Chinese password is", "我的密码是 {}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("Chinese key", "密钥是{}", "EXAMPLE7c1e0f4a", "KEY"),
    Shape("Chinese api key", "API Key：{}", "EXAMPLE7c1e0f4a", "KEY"),
    Shape("traditional Chinese password", "密碼：{}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("Chinese password after a space", "账号 admin 密码 {}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("Japanese password", "パスワード：{}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("Spanish password", "contraseña: {}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("docker login", "docker login -u bob -p {} registry.example.com", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("mysql", "mysql -u root -p{} -h db", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("sshpass", "sshpass -p {} ssh web", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("redis-cli", "redis-cli -h cache -a {} ping", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("httpie", "http -a bob:{} https://api.example.com", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("piped", "echo {} | docker login --password-stdin -u bob", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("requirepass", "requirepass {}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("password on the next line", "password:\n{}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("password for a user", "the password for admin is {}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("password after a dash", "PASSWORD - {}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("login without a scheme", "ssh bob:{}@10.0.0.1", "hunter2EXAMPLE", "PASSWORD"),
    Shape("session id", "JSESSIONID={}", HEX, "COOKIE"),
    Shape("pgpass", "db.example.com:5432:x:app:{}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("typed as the password", "I typed {} as the password", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("key that was provided", "Incorrect API key provided: {}", HEX, "KEY"),
    Shape("name and value", "- name: DB_PASSWORD\n  value: {}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("cookie", "Cookie: {}", "session=" + HEX, "COOKIE"),
    Shape("set-cookie", "Set-Cookie: {}", "sid=" + HEX + "; Path=/", "COOKIE"),
)

QUOTED = (
    Shape("python keyword", 'OpenAI(api_key="{}", timeout=3)', "EXAMPLE7c1e0f4a", "KEY"),
    Shape("python dict", "{'password': '{}', 'user': 'x'}", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("spaces inside", '"password": "{}"', "four words EXAMPLE here", "PASSWORD"),
    Shape("space around", 'apiKey: " {} ",', _of("sk-"), "KEY"),
    Shape("javascript", "const apiKey = `{}`;", "EXAMPLE7c1e0f4a", "KEY"),
    Shape("name and value in JSON", '{"name": "API_KEY", "value": "{}"}', "EXAMPLE7c1e0f4a", "KEY"),
    Shape("name and value in XML", '<add key="API_KEY" value="{}" />', "EXAMPLE7c1e0f4a", "KEY"),
    Shape("docker auth", '{"auths": {"r.example.com": {"auth": "{}"}}}', "ZXhhbXBsZTpodW50ZXIy", "TOKEN"),
    Shape("login call", 'smtp.login("bob", "{}")', "hunter2-EXAMPLE", "PASSWORD"),
    Shape("sql", "ALTER USER bob IDENTIFIED BY '{}'", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("curl cookie option", "curl -b '{}' https://example.com", "session=" + HEX, "COOKIE"),
    Shape("json", '{"apiKey":"{}","n":1}', "EXAMPLE7c1e0f4a", "KEY"),
    Shape("json password", '{"user":"a","password":"{}"}', "p@ss,w0rd;EXAMPLE", "PASSWORD"),
    Shape("toml", 'secret_key = "{}"', "EXAMPLE7c1e0f4a", "KEY"),
    Shape("typed", 'password: str = "{}"', "hunter2-EXAMPLE", "PASSWORD"),
    Shape("header call", 'headers.set("x-api-key", "{}")', "EXAMPLE7c1e0f4a", "KEY"),
    Shape("header in code", '{"Authorization": "Bearer {}"}', HEX, "TOKEN"),
    Shape("ruby", 'password => "{}"', "hunter2-EXAMPLE", "PASSWORD"),
    Shape("hash rocket", ':api_key => "{}"', "EXAMPLE7c1e0f4a", "KEY"),
    Shape("item", 'env["API_KEY"] = "{}"', "EXAMPLE7c1e0f4a", "KEY"),
    Shape("secret string", 'api_key=SecretStr("{}")', "EXAMPLE7c1e0f4a", "KEY"),
    Shape("cookie item", "cookies={'session': '{}'}", HEX, "COOKIE"),
    Shape("joined header", '"Authorization", "Bearer " + "{}"', HEX, "TOKEN"),
    Shape("curl cookie", "curl --cookie '{}' x", "session=" + HEX, "COOKIE"),
)

ADDRESSES = (
    Shape("database url", "postgres://bob:{}@db.example.com:5432/x", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("redis url", "redis://:{}@cache:6379/0", "hunter2-EXAMPLE", "PASSWORD"),
    Shape("token url", "https://{}@git.example.com/x.git", HEX, "PASSWORD"),
    Shape("presigned", "https://b.example.com/k?X-Amz-Signature={}&x=1", HEX * 2, "SIGNATURE"),
    Shape("sas", "https://b.example.com/k?sv=2024&sig={}", "EXAMPLEq7Zt2LmB9xWvKc4RyHn8%3D", "SIGNATURE"),
    Shape(
        "slack webhook",
        "https://{}",
        "/".join(("hooks.slack.com/services", "T0EXAMPLE", "B0EXAMPLE", BODY[:24])),
        "WEBHOOK",
    ),
    Shape(
        "discord webhook",
        "https://discord.com/{}",
        "api/webhooks/" + "123456789012345678/" + BODY,
        "WEBHOOK",
    ),
    *(
        Shape(f"discord {path.split('/')[-3]} at {host}", f"https://{host}/{{}}{after}", path + BODY, "WEBHOOK")
        for host, path, after in (
            ("discord.com", "api/v10/webhooks/" + "123456789012345678/", "/messages/@original"),
            ("ptb.discord.com", "api/v9/webhooks/" + "123456789012345678/", "?wait=true"),
            ("canary.discord.com", "api/v10/interactions/" + "123456789012345678/", "/callback"),
            ("discordapp.com", "api/interactions/" + "123456789012345678/", "/callback"),
        )
    ),
    *(
        Shape(f"slack {path[0]}", "response_url={} 404", "/".join(("hooks.slack." + "com", *path)), "WEBHOOK")
        for path in (
            ("workflows", "T0EXAMPLE", "A0EXAMPLE", "123456789012345678", BODY[:24]),
            ("triggers", "T0EXAMPLE", "1234567890123", BODY[:24]),
            ("actions", "T0EXAMPLE", "1234567890123", BODY[:24]),
            ("commands", "T0EXAMPLE", "1234567890123", BODY[:24]),
        )
    ),
)

IDS = (
    Shape("email", "write to {} please", "jane.doe@mail.example.com", "EMAIL", live=False),
    Shape("email with a plus", "write to {} please", "jane+kimi@example.co.uk", "EMAIL", live=False),
    Shape("linux home", 'File "/home/{}/app/main.py", line 3', "janedoe", "USER", live=False),
    Shape("mac home", "at /Users/{}/app/main.js:3:1", "janedoe", "USER", live=False),
    Shape("windows home", "in C:\\Users\\{}\\app\\main.cs:line 3", "janedoe", "USER", live=False),
    Shape("windows home with a space", "in C:\\Users\\{}\\app\\main.cs:line 3", "Jane Doe", "USER", live=False),
    Shape("organization", "Your account {} is suspended", "org-" + HEX, "ORG", live=False),
    Shape("short organization", "Your account {} is not active", "org-7c1e", "ORG", live=False),
    Shape("project", "in {} now", "proj-" + HEX, "PROJECT", live=False),
    Shape("access id", "Your account x <{}> is suspended", "ak-f8k2mz91xq4h11exmpl1", "ACCESS_ID", live=False),
    Shape("short access id", "Your account x<{}> request", "ak-f8k2", "ACCESS_ID", live=False),
    Shape("url user", "https://{}@git.example.com/x.git", "janedoe", "USER", live=False),
)

Dressing = Callable[[str, str], str]


def _every(secret: str, sign: str) -> str:
    """*secret* with *sign* after every third character."""
    return "".join(letter + sign * (index % 3 == 2) for index, letter in enumerate(secret))


def _json(levels: int) -> Dressing:
    def dress(text: str, secret: str) -> str:
        del secret
        for _ in range(levels):
            text = json.dumps({"message": text}, ensure_ascii=False)
        return text

    return dress


def _full_width(secret: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in secret)


# Dressings around the whole text, good for every shape.
AROUND: dict[str, Dressing] = {
    "bare": lambda text, _: text,
    "in the middle": lambda text, _: f"hello, I get 401 with this:\n{text}\nError code: 401\nany idea?",
    "double quotes": lambda text, _: f'he wrote "{text}" and left',
    "single quotes": lambda text, _: f"b'{text}'",
    "backticks": lambda text, _: f"see `{text}` there",
    "code fence": lambda text, _: f"```\n{text}\n```",
    "brackets": lambda text, _: f"({text})",
    "windows line ends": lambda text, _: f"first\r\n{text}\r\nlast",
    "json": _json(1),
    "json in json": _json(2),
    "json in json in json": _json(3),
    "slack escapes": lambda text, _: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
    "log line": lambda text, _: f"2026-11-23T10:00:00Z api-1  | ERROR [main] {text}",
    "newline escape after": lambda text, _: rf"b'{text}\n'",
    "newline escape before": lambda text, _: rf"'line\n{text}'",
    "quote mark": lambda text, _: f"> {text}",
    "colour codes": lambda text, secret: (
        text.replace(secret, f"\x1b[31m{secret}\x1b[0m") if secret[:3] == "sk-" else text
    ),
    "Chinese around": lambda text, _: f"请问这个为什么不行：{text}，谢谢",
    "bold": lambda text, _: f"**{text}**",
    "spoiler": lambda text, _: f"||{text}||",
}

TYPOGRAPHIC = {ord('"'): "\u201d", ord("'"): "\u2019"}

# Dressings of the secret itself.
INSIDE: dict[str, Dressing] = {
    "zero width": lambda text, secret: text.replace(secret, _every(secret, "\u200b")),
    "soft hyphen": lambda text, secret: text.replace(secret, _every(secret, "\u00ad")),
    "full width": lambda text, secret: text.replace(secret, _full_width(secret)),
    "non-breaking spaces": lambda text, _: text.replace(" ", "\u00a0"),
    "typographic": lambda text, secret: text.replace(secret, secret.replace("-", "\u2010")).translate(TYPOGRAPHIC),
    "twice": lambda text, _: f"{text}\n{text}",
}

# Breaks inside of it, for keys that carry a vendor's prefix or stand after Bearer.
BROKEN: dict[str, Dressing] = {
    "terminal width": lambda text, secret: text.replace(secret, secret[:20] + "\n" + secret[20:]),
    "terminal width, windows": lambda text, secret: text.replace(secret, secret[:20] + "\r\n" + secret[20:]),
    "many lines": lambda text, secret: text.replace(
        secret, "\n".join(textwrap.wrap(secret, 16, break_on_hyphens=False))
    ),
    "indented": lambda text, secret: text.replace(secret, secret[:20] + "\n    " + secret[20:]),
    "literals": lambda text, secret: text.replace(secret, f'"{secret[:20]}" + "{secret[20:]}"'),
}
BREAKABLE = tuple(
    shape for shape in KEYS if shape.name in {"moonshot", "kimi code", "project key", "anthropic", "bearer key"}
)

STAYS = (
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "integrity sha512-9fceb02d0ae598e95dc970b74767f19372d61af8abcDEF==",
    "550e8400-e29b-41d4-a716-446655440000",
    "openai==1.51.2, Python 3.11.7, v2.0.0-rc.1",
    "http://127.0.0.1:8080/v1 and 10.0.0.12 and [::1]:443",
    "request_id: req_0f8a2c117d1e11f19a524e2d7b1c9d10",
    "x-msh-request-id: 0f8a2c11-7d1e-11f1-9a52-4e2d7b1c9d10",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "moonshot-v1-8k, kimi-k2-0905-preview, kimi-k2.5",
    "chat_models.py:402 in completion_with_retry",
    "all keys start with sk-, don't they?",
    "My key starts with ak- not sk-, is that why?",
    "my key is sk-... and the org is org-...",
    "sk-****", "sk-xxxxxxxxxxxxxxxx", "sk-your-key-here", "sk-…abcd", "Bearer sk-<your key>",
    "API key: ******************************",
    "pip install sk-learn", "class sk-fading-circle", "locale sk-SK", "an ak-47", "org-mode, org-wide", "proj-dir",
    "GET /api/v2/webhooks/123456/subscriptions-list 404", "POST /api/v10/webhooks/123456789012345678",
    "GET /api/v1/interactions/123456789012345678/callbacks-of-the-day",
    "task-4f3a2b1c9d8e7f60 done", "disk-0a1b2c3d4e5f6a7b",
    "api_key=<your-api-key>", "api_key=$KEY", 'api_key="${API_KEY}"', 'f"Bearer {api_key}"', "Bearer $KEY",
    "api_key=YOUR_API_KEY", 'api_key="YOUR_API_KEY"',
    'api_key=os.environ["MOONSHOT_API_KEY"]',
    "apiKey: process.env.KEY,",
    "password (optional): none", "sk-ant-api03-...", "Incorrect API key provided: sk-ab***yz",
    'api_key=os.getenv("MOONSHOT_API_KEY")', "api_key=self.api_key", "api_key=api_key", "api_key: str | None = None",
    "api_key=settings.kimi_api_key,", "password = getpass()", "token = get_token()", "password: %s", "password=****",
    "max_tokens=64", "token limit: 2048", '"total_tokens": 120', "input tokens: 5", "tokens=2798", '"token": 5',
    '{"token": "Hello", "logprob": -0.3}', "SyntaxError: Unexpected token: }", "eos_token='</s>'",
    "Incorrect or missing password.", "password authentication failed for user", "change your password, create a token",
    "Password: required",
    "the password is wrong", "forgot my password", "Incorrect API key provided",
    "API key is invalid",
    'password = prompt("pw?")', 'if password == "": pass', "secretName: kimi-tls", "key: kimi-api-key",
    "secret: true", "secret: null", '"password": null', "password=None", "PWD=/srv/app",
    "cache hit key=emb:dd546c92 ttl=3600", "primary_key: id", "KeyError: 'choices'", '"key": "value"',
    "git@github.com:example/repo.git", "ssh://git@github.com/x", "icon@2x.png", "react@18.2.0", "actions/checkout@v4",
    "@app.route('/x')", "<@U07KIMIHELP> hi", "root@web:~$", "x = a@b.T",
    "GET /v1/users/me/balance", "https://example.com/home/page", "/home/runner/work", "/root/.cache", "/Users/Shared/x",
    "C:\\Users\\Public\\x", "/home/$USER/x", "/home/ubuntu/x", "C:\\Users\\%USERNAME%\\x",
    "Authorization: Bearer <token>", "Authorization 到底怎么写？Bearer 后面要空格吗", "Bearer token required",
    "Basic authentication", "use the Authorization header", "bearer authentication", "WWW-Authenticate: Bearer realm",
    "mkdir -p src/app1/x", "ssh -p 2222 web1", "docker run -p 8080:80 app:1.2", "git commit -a -m x1",
    "grep -b foo=bar12345 x",
    "pass: 12 of 12", "test pass 3.11.7", "auth: required", "auth=None", "login(user, password)",
    "HTTPBasicAuth(user, pw)",
    "registry.example.com/app:build7@sha256:0a1b", "pkg/thing12@1.2.3",
    "password:\n  must be set", "session_id=12345678901234",
    "use it as the password", "密码 不对", "密码 12", "the key provided: none",
    "name: DB_PASSWORD\nvalueFrom: x",
    "la clave no funciona", "identified by its name",
    "密码错误", "密码是什么", "忘记密码：请联系我们", "<KEY_1>", "password=<PASSWORD_1>", "https://x:<PASSWORD_1>@h.example.com",
    "your request exceeded model token limit: 262144 (requested: 300000)",
    "-----BEGIN CERTIFICATE-----\nMIIBEXAMPLE\n-----END CERTIFICATE-----",
)  # fmt: skip


def lookalikes(count: int, seed: int) -> Iterator[str]:
    """Lines that hold hashes, ids, versions or pictures, never a secret; the same for the same *seed*."""
    dice = random.Random(seed)  # noqa: S311 - test data, not cryptography

    def hexes(length: int) -> str:
        return f"{dice.getrandbits(4 * length):0{length}x}"

    def version() -> str:
        return ".".join(str(dice.randrange(40)) for _ in range(dice.choice((2, 3, 4))))

    def picture() -> str:
        return "data:image/png;base64," + base64.b64encode(dice.randbytes(dice.randrange(60, 900))).decode()

    def base62(length: int) -> str:
        return "".join(dice.choices(string.ascii_letters + string.digits, k=length))

    makers: tuple[Callable[[], str], ...] = (
        lambda: hexes(32),
        lambda: f"commit {hexes(40)}",
        lambda: f"sha256:{hexes(64)}",
        lambda: f"index {hexes(7)}..{hexes(7)} 100644",
        lambda: f"request id {uuid.UUID(int=dice.getrandbits(128))}",
        lambda: f"req_{hexes(24)}",
        lambda: f"chatcmpl-{base62(29)}",
        lambda: f"installed example-{version()}",
        lambda: f"kernel {version()}-{dice.randrange(200)}-generic",
        picture,
        lambda: f"integrity sha512-{base64.b64encode(dice.randbytes(64)).decode()}",
        lambda: f"at 0x{hexes(12)} in thread {dice.randrange(10**6)}",
        lambda: f"{dice.randrange(256)}.{dice.randrange(256)}.0.{dice.randrange(256)}:{dice.randrange(65536)}",
        lambda: f'ETag: "{hexes(32)}"',
        lambda: f"image example/app@sha256:{hexes(64)}",
        lambda: f"file-{base62(24)}.json",
    )
    for index in range(count):
        yield makers[index % len(makers)]()
