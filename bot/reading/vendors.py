"""Other products: how their hosts, names and errors look, so that their trouble is not taken for ours."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import itemgetter

from bot.reading.folding import squash


@dataclass(frozen=True, slots=True)
class Vendor:
    """Another product.

    ``hosts`` and ``signatures`` are lower-case texts that stand in its errors; ``names`` are regular expressions of
    words that make it the subject of a question by themselves; ``places`` are names of it as a place to run things,
    which make it the subject only together with a word like "api", "bucket" or "403".
    """

    name: str
    hosts: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


OWN_SERVER = "own server"

VENDORS = (
    Vendor(
        "OpenAI",
        ("api.openai.com", "platform.openai.com", "help.openai.com", "status.openai.com"),
        ("insufficient_quota", "code: invalid_api_key", "for more information on this error, read the docs"),
        ("openai", "chat ?gpt", "gpt-?[345][a-z0-9.-]*", "dall-?e"),
    ),
    Vendor(
        "Anthropic",
        ("api.anthropic.com", "console.anthropic.com", "docs.anthropic.com", "docs.claude.com", "platform.claude.com"),
        ("invalid x-api-key", "overloaded_error", "request_id: req_01", "access the anthropic api"),
        ("anthropic", "claude(?! code)"),
    ),
    Vendor(
        "Azure",
        (
            "openai.azure.com",
            "azure-api.net",
            "cognitiveservices.azure.com",
            "services.ai.azure.com",
            "login.microsoftonline.com",
        ),
        (
            "deploymentnotfound",
            "invalid subscription key",
            "pricing tier of your current openai",
            "azure_openai",
            "azureexception",
        ),
        ("azure openai",),
        ("azure", "microsoft azure"),
    ),
    Vendor(
        "Google",
        ("generativelanguage.googleapis.com", "googleapis.com", "ai.google.dev", "console.cloud.google.com"),
        (
            "resource_exhausted",
            "type.googleapis.com",
            "google.api_core",
            "google.genai",
            "api key not valid. please pass",
        ),
        ("google gemini", "gemini[ -]?(?:api|pro|flash|ultra|[1-9])[a-z0-9.-]*", "vertex ?ai", "google ai studio"),
        ("gemini", "google cloud", "google maps", "google drive", "gmail", "gcp", "youtube"),
    ),
    Vendor(
        "AWS",
        ("amazonaws.com", "aws.amazon.com"),
        (
            "botocore",
            "boto3",
            "signaturedoesnotmatch",
            "invalidaccesskeyid",
            "x-amz-",
            "throttlingexception",
            "x-amzn-",
            "aws_error",
        ),
        ("s3", "aws bedrock", "aws lambda", "dynamodb"),
        ("aws", "bedrock"),
    ),
    Vendor(
        "GitHub",
        (
            "api.github.com",
            "docs.github.com",
            "https://github.com/",
            "git@github.com",
            "ghcr.io",
            "raw.githubusercontent.com",
        ),
        (
            "secondary rate limit",
            "api rate limit exceeded for",
            "bad credentials",
            "resource not accessible by integration",
        ),
        ("github copilot",),
        ("github", "gh cli"),
    ),
    Vendor("GitLab", ("gitlab.com", "registry.gitlab.com"), ("remote: http basic: access denied",), (), ("gitlab",)),
    Vendor(
        "npm",
        ("registry.npmjs.org", "npmjs.com"),
        ("npm err!", "npm error", "yarn error", "err_pnpm_"),
        (),
        ("npm", "yarn", "pnpm"),
    ),
    Vendor(
        "PyPI",
        ("pypi.org", "files.pythonhosted.org", "test.pypi.org"),
        ("could not install packages", "twine", "pip._vendor", "pip subprocess", "no matching distribution found"),
        (),
        ("pypi", "pip install", "pip", "twine"),
    ),
    Vendor(
        "Maven",
        ("repo.maven.apache.org", "repo1.maven.org"),
        ("could not transfer artifact", "could not resolve dependencies"),
        (),
        ("maven", "gradle"),
    ),
    Vendor(
        "Cargo", ("crates.io",), ("failed to download from `https://", "failed to get `"), (), ("cargo", "crates.io")
    ),
    Vendor(
        "Docker Hub",
        ("registry-1.docker.io", "auth.docker.io", "docker.io", "hub.docker.com", "index.docker.io"),
        (
            "toomanyrequests:",
            "pull access denied",
            "pull rate limit",
            "docker: error response from daemon",
            "error response from daemon",
        ),
        ("docker ?hub",),
        ("docker pull", "docker registry", "docker"),
    ),
    Vendor(
        "Kubernetes",
        (),
        (
            "error from server (",
            "cannot list resource",
            "cannot get resource",
            "imagepullbackoff",
            "errimagepull",
            "system:serviceaccount",
        ),
        (),
        ("kubectl", "kubernetes", "k8s", "helm"),
    ),
    Vendor(
        "Hugging Face",
        ("huggingface.co", "hf.co", "hf-mirror.com"),
        ("huggingface_hub", "gatedrepoerror", "repositorynotfounderror", "gated repo", "hfhubhttperror"),
        ("hugging ?face",),
    ),
    Vendor(
        "Cloudflare",
        ("dash.cloudflare.com", "api.cloudflare.com"),
        ("cf-error-details", "error 1020", "error code 1020", "cloudflare ray id"),
        (),
        ("cloudflare",),
    ),
    Vendor(
        "Stripe",
        ("api.stripe.com", "dashboard.stripe.com", "stripe.com/docs"),
        ("stripe.error", "stripeerror", "card_declined", "stripeinvalidrequest", "stripeauthenticationerror"),
        (),
        ("stripe",),
    ),
    Vendor("PayPal", ("api.paypal.com", "api-m.paypal.com"), (), ("paypal api",)),
    Vendor(
        "DeepSeek",
        ("api.deepseek.com", "platform.deepseek.com"),
        ("authentication fails", "deepseekexception"),
        ("deep ?seek",),
    ),
    Vendor(
        "Qwen",
        ("dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com", "bailian.console.aliyun.com"),
        ("throttling.ratequota", "throttling.allocationquota", "arrearage", "dashscope."),
        ("qwen[a-z0-9.-]*", "dashscope", "tongyi", "千问", "通义", "百炼"),
    ),
    Vendor(
        "Doubao",
        ("volces.com", "volcengine.com"),
        ("accountoverdueerror", "modelnotopen"),
        ("doubao", "豆包", "volcengine", "火山方舟", "火山引擎"),
    ),
    Vendor(
        "Zhipu", ("open.bigmodel.cn", "api.z.ai"), (), ("zhipu", "智谱", "chatglm", "glm-[345][a-z0-9.]*", "bigmodel")
    ),
    Vendor("MiniMax", ("api.minimax.chat", "api.minimaxi.com", "api.minimax.io"), (), ("海螺",), ("minimax",)),
    Vendor("Baidu", ("aip.baidubce.com", "qianfan.baidubce.com"), (), ("文心", "ernie bot", "千帆", "qianfan")),
    Vendor("Hunyuan", ("hunyuan.tencentcloudapi.com",), (), ("hunyuan", "混元")),
    Vendor("Mistral", ("api.mistral.ai", "console.mistral.ai"), (), ("mistral", "le chat")),
    Vendor("Groq", ("api.groq.com", "console.groq.com"), (), ("groq",)),
    Vendor("xAI", ("api.x.ai", "console.x.ai"), (), ("xai api",), ("grok",)),
    Vendor("Cohere", ("api.cohere.ai", "api.cohere.com"), (), ("cohere",)),
    Vendor("Perplexity", ("api.perplexity.ai",), (), ("perplexity ai",), ("perplexity",)),
    Vendor("Together", ("api.together.xyz", "api.together.ai"), (), ("together ?ai",)),
    Vendor("Fireworks", ("api.fireworks.ai",), (), ("fireworks ai",)),
    Vendor("Replicate", ("api.replicate.com",), (), ("replicate api",)),
    Vendor("ElevenLabs", ("api.elevenlabs.io",), ("detected_unusual_activity",), ("eleven ?labs",)),
    Vendor("OpenRouter", ("openrouter.ai",), ("openrouterexception", "provider returned error"), ("open ?router",)),
    Vendor(
        "Discord",
        ("discord.com/api", "discordapp.com"),
        ("discord.errors", "discordapierror", "you are being rate limited.", "discord.http"),
        (),
        ("discord",),
    ),
    Vendor("Slack", ("slack.com/api", "hooks.slack.com"), ("slack_sdk", "slackapierror", "not_authed"), (), ("slack",)),
    Vendor("Telegram", ("api.telegram.org",), ("telegram.error",), (), ("telegram",)),
    Vendor("Imgur", ("api.imgur.com", "imgur.com"), (), ("imgur",)),
    Vendor("Reddit", ("oauth.reddit.com", "reddit.com/api"), ("prawcore",), (), ("reddit",)),
    Vendor("X", ("api.twitter.com", "api.x.com"), ("tweepy",), (), ("twitter",)),
    Vendor("Spotify", ("api.spotify.com",), ("spotipy",), ("spotify api",)),
    Vendor("Notion", ("api.notion.com",), (), ("notion api",)),
    Vendor("Shopify", ("myshopify.com",), (), ("shopify",)),
    Vendor("Twilio", ("api.twilio.com",), ("twiliorestexception",), ("twilio",)),
    Vendor("SendGrid", ("api.sendgrid.com",), (), ("sendgrid",)),
    Vendor("Firebase", ("firebaseio.com",), ("firebaseerror",), ("firebase", "firestore")),
    Vendor("Supabase", ("supabase.co",), ("postgrest",), ("supabase",)),
    Vendor("Vercel", ("api.vercel.com",), (), (), ("vercel",)),
    Vendor(
        "Elasticsearch",
        (),
        ("security_exception", "org.elasticsearch", "cluster_block_exception"),
        (),
        ("elasticsearch", "opensearch"),
    ),
    Vendor("Wikipedia", ("wikipedia.org/w/api",), (), ("wikipedia api",)),
    Vendor("crawled site", (), ("scrapy.", "ignoring response <"), (), ("scrapy",)),
    Vendor(
        OWN_SERVER,
        (),
        ("client denied by server", "while connecting to upstream", "access forbidden by rule", "directory index of"),
        (),
        (
            "nginx",
            "apache",
            "caddy",
            "iis",
            "traefik",
            "haproxy",
            "tomcat",
            "wordpress",
            "flask",
            "django",
            "expressjs",
            "fastapi",
        ),
    ),
)

COMMON_TYPES = frozenset(
    {
        "api_error",
        "authentication_error",
        "insufficient_quota",
        "internal_server_error",
        "invalid_api_key",
        "invalid_request_error",
        "not_found_error",
        "overloaded_error",
        "permission_error",
        "rate_limit_error",
        "rate_limit_exceeded",
        "requests",
        "server_error",
        "tokens",
    }
)
"""Error types that several vendors share: they do not tell whose error it is."""

_TOPIC = re.compile(
    r"(?:'s)?[\s-]{1,3}(?:(?:\w{1,20}\s){0,3}(?:[45]\d\d|forbidden|unauthori[sz]ed|too many requests)\b|"
    r"(?:\w{1,20}\s)?(?:apis?|pric\w+|costs?|billing|quotas?|rate limits?|limits?|tokens?|keys?|errors?|account|"
    r"bucket|repos?|repository|registry|login|webhook|token)\b)"
)
_CLIENT = re.compile(
    r"[\s-]{1,3}(?:python |node |js |java |go )?(?:sdks?|clients?|librar\w+|packages?|compatib\w+|compat\b|format|"
    r"style|spec\b|"
    r"protocol|module|wrapper|code\b|interface|schema|agents?|npm|pip)\b|[_.(=]|客户端|兼容|格式|协议"
)
_DOES = re.compile(
    r"[\s-]{1,3}(?:also |even |still |really |actually )?(?:let|allow|support|accept|offer|charge|cost|read|see|show|"
    r"cite|handle|provide|give|have an?|limit|cut)\b"
    r"|\s?(?:也|能不能|能否|是否|可不可以)?(?:支持|可以|能|会|收费|多少钱|怎么收费)"
)
"""What a product does or is able to, where it is the subject of a question."""

_MOVING = re.compile(
    r"(?:from|like|than|unlike|compar\w+ (?:to|with)|compatible with|instead of|as with|same as|similar to|"
    r"replac\w+|drop-in for|与|跟|像|从|兼容|替代)\s?(?:the )?$",
    re.IGNORECASE,
)
_HOSTED = re.compile(
    r"(?:\b(?:in|on|into|inside|within|behind|onto|to|from|via|through|using|with)\s(?:our |my |the |your |"
    r"an? )?(?:own )?"
    r"|\b(?:our|my) (?:own )?)$"
)
_ASKED = re.compile(
    r"(?:^|[.?!,\n]\s?)(?:(?:hi|hey|hello|so|and|ok|btw|also)[\s,]{1,2}){0,2}"
    r"(?:(?:how much |what |where |how |when |why )?(?:does|do|can|could|will|would|did) (?:the )?)?$"
    r"|(?:^|[，。？！\s])(?:请问)?$"
)
_OURS = re.compile(
    r"\byour (?:apis?|urls?|endpoints?|base|platform|service|servers?|models?|site|console|system|docs)\b"
    r"|\bworks? here\b"
)
_SERVING = re.compile(
    r"\b(?:return|returns|returning|send|sends|respond|respond with|serve|emit|raise|throw|give|simulate|"
    r"mock)\b[^.?!\n]{0,30}"
    r"[45]\d\d[^.?!\n]{0,30}\b(?:from|in|with|by|on)\b[^.?!\n]{0,20}\b(?:own|flask|django|express|fastapi|nginx|"
    r"spring|rails|"
    r"laravel|server|endpoint|backend|handler|middleware|route|controller)\b"
    r"|\b(?:my|our) own (?:\w+ ){0,2}(?:server|api|backend|endpoint|service|site|website|rest api|gateway|proxy)\b",
    re.IGNORECASE,
)
_FRAMEWORK = (
    r"(?:flask|django|express(?:\.?js)?|fastapi|nginx|apache|spring(?: boot)?|rails|laravel|wordpress|next\.?js|nuxt|"
    r"nest\.?js|asp\.net|php|tomcat|caddy|iis|traefik|haproxy|envoy)"
)
_ANSWERS = re.compile(
    rf"(?:\b(?:my|our) (?!mcp)(?:\w+[ -]){{0,2}}(?:server|back-?end|web ?site|site|web ?app|route|controller|"
    rf"middleware|load balancer|home ?page|blog|shop)\b|\b{_FRAMEWORK}\b)[^.?!,;\n]{{0,30}}?"
    r"\b(?:returns?|returned|returning|sends?|sent|sending|gives?|gave|giving|responds?|responding|answers?|throws?|"
    r"threw|throwing|shows?|showing|serves?|serving|raises?|replies) (?:[a-z]+ ){0,3}[45]\d\d\b"
    rf"|(?:[我咱]们?的?(?:网站|博客|官网|后台|服务器|后端|小程序|商城)|{_FRAMEWORK})[^，。？！,?!\n]{{0,10}}"
    r"(?:返回|报|出现|显示|抛出)[^，。？！,?!\n\d]{0,6}[45]\d\d"
)
"""The asker's own server is what answers with a status."""

_OWN_SERVERS = frozenset(
    """
    own flask django express expressjs fastapi nginx apache spring rails laravel wordpress next nextjs nuxt nest nestjs
    asp php tomcat caddy iis traefik haproxy envoy my our server endpoint backend handler middleware route controller
    """.split()  # noqa: SIM905 - a table of words is easier to read and to extend
)
_ANSWERING = frozenset(
    """
    own return returns returned returning send sends sent sending give gives gave giving respond responds responding
    answer answers throw throws threw throwing show shows showing serve serves serving raise raises raising replies
    emit simulate mock
    """.split()  # noqa: SIM905
)
"""Words without one of each of which an ASCII text has neither of the two patterns above."""

_CALLS = re.compile(
    r"\b(?:apis?|sdk|models?|llms?|completions?|upstream|tokens?|base.?url)\b|/v1\b|\bcall(?:s|ing)?\b|调用|请求|接口|模型|上游"
)
"""The server's error may be that of what it calls."""


_MARKS = re.compile(r"[\"'`\\]")
_TALK = 4_000
_LINES = 8_000
"""How much of the start and of the end of an error's lines is looked at."""

_WORDS = re.compile(r"(?<![a-z0-9_./@-])[a-z]+")
_LETTERS = re.compile("[a-z]+")


class Vendors:
    """The vendors that are foreign to one product."""

    def __init__(self, names: Iterable[str], content: Iterable[str]) -> None:
        """Take the product's own *names* (words and hosts) and the questions of its *content*."""
        self.own = tuple(sorted({name.lower() for name in names if len(name) > 1}, key=len, reverse=True))
        self._own = re.compile("|".join(map(_by_itself, self.own))) if self.own else None
        self._own_roots = tuple(one for one in self.own if not any(o in one for o in self.own if o != one))
        self._foreign = tuple(v for v in VENDORS if not self._is_own(v))
        self._signatures = [(signature, v.name) for v in self._foreign for signature in v.signatures]
        self._clues = [(host, v.name) for v in self._foreign for host in v.hosts]
        self._spoken: dict[str, list[tuple[re.Pattern[str], str, bool]]] = {}
        for foreign in self._foreign:
            for name, place in (*((n, False) for n in foreign.names), *((p, True) for p in foreign.places)):
                for spelling in _spellings(name):
                    entry = re.compile(spelling + "(?![a-z0-9_])" * name.isascii()), foreign.name, place
                    self._spoken.setdefault(_opening(spelling), []).append(entry)
        self._wide = tuple(opening for opening in self._spoken if not opening.isascii())
        self._hosts = tuple(name for name in self.own if re.fullmatch(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", name))
        self._topics = {vendor for text in content if (vendor := self._named(text.lower()))}

    def _is_own(self, vendor: Vendor) -> bool:
        own = " ".join(self.own)
        return any(host in own for host in vendor.hosts) or any(
            re.fullmatch(name, word) for name in (*vendor.names, *vendor.places) for word in self.own
        )

    def has_own_host(self, text: str) -> bool:
        """True where a host of the product itself stands in *text*."""
        lowered = squash(text)
        return any(host in lowered for host in self._hosts)

    def of_error(self, text: str) -> str | None:
        """Return the vendor whose host, else whose error signature, stands in *text*."""
        if len(text) > 2 * _LINES:
            text = f"{text[:_LINES]}\n{text[-_LINES:]}"
        squashed = squash(text)
        if "." in squashed:
            for host, vendor in self._clues:
                if host in squashed:
                    return vendor
        plain = " ".join(_MARKS.sub("", text.lower()).split())
        likely = [one for one in self._signatures if one[0] in plain]
        return next((vendor for signature, vendor in likely if _names(plain, signature)), None)

    def of_talk(self, text: str) -> str | None:
        """Return the vendor that a person's words are about, None where the product itself or no vendor is."""
        lowered = text[:_TALK].lower()
        if _OURS.search(lowered) or self._is_of_own(lowered):
            return None
        subject = self._subject(lowered)
        return None if subject in self._topics else subject

    def _is_of_own(self, lowered: str) -> bool:
        """True where a name of the product stands in a text: looked for where the shortest ones within them do."""
        likely = any(root in lowered for root in self._own_roots)
        return likely and self._own is not None and self._own.search(lowered) is not None

    def _subject(self, lowered: str) -> str | None:
        words = set(_LETTERS.findall(lowered))
        if _may_serve(lowered, words) and (
            _SERVING.search(lowered) or (_ANSWERS.search(lowered) and not _CALLS.search(lowered))
        ):
            return OWN_SERVER
        if lowered.isascii() and words.isdisjoint(self._spoken):
            return None
        mentions = list(self._mentions(lowered))
        for start, end, vendor, place in mentions:
            if not place and not _CLIENT.match(lowered, end) and not _MOVING.search(lowered, max(0, start - 40), start):
                return vendor
        for start, end, vendor, place in mentions:
            if place and _ASKED.search(lowered, max(0, start - 40), start) and _DOES.match(lowered, end):
                return vendor
            topic = place and _TOPIC.match(lowered, end) and not _CLIENT.match(lowered, end)
            if topic and not _HOSTED.search(lowered, max(0, start - 40), start):
                return vendor
        return None

    def _named(self, lowered: str) -> str | None:
        """The vendor that is named by a name of its own, not by that of a place."""
        return next((vendor for _, _, vendor, place in self._mentions(lowered) if not place), None)

    def _mentions(self, lowered: str) -> Iterator[tuple[int, int, str, bool]]:
        """The vendors named in a text: start, end, vendor, and whether only as a place."""
        words = [(word[0], word.start()) for word in _WORDS.finditer(lowered)]
        words += [(opening, lowered.find(opening)) for opening in self._wide if opening in lowered]
        for word, start in sorted(words, key=itemgetter(1)):
            for pattern, vendor, place in self._spoken.get(word, ()):
                if match := pattern.match(lowered, start):
                    yield start, match.end(), vendor, place


def _may_serve(lowered: str, words: AbstractSet[str]) -> bool:
    """True unless a text of *words* cannot say that the asker's own server answers."""
    return not lowered.isascii() or not (words.isdisjoint(_OWN_SERVERS) or words.isdisjoint(_ANSWERING))


def _by_itself(name: str) -> str:
    """The pattern of a name that is no part of a longer word: ``moderato`` does not stand in ``moderator``."""
    last = r"(?!(?!s\b)[a-z])" if name[-1].isalpha() else "(?![a-z0-9])"
    return rf"(?<![a-z0-9]){re.escape(name)}" + last * name[-1].isascii()


def _names(plain: str, signature: str) -> bool:
    """True where *signature* stands in *plain* and is not the end of a longer word."""
    at = plain.find(signature)
    while at > 0 and signature[0].isalnum() and (plain[at - 1] == "_" or plain[at - 1].isalnum()):
        at = plain.find(signature, at + 1)
    return at >= 0


def _spellings(name: str) -> set[str]:
    """The pattern of a name with its optional space or hyphen and without, so that its first word is plain."""
    return {name.replace(" ?", " ").replace("-?", "-"), name.replace(" ?", "").replace("-?", "")}


def _opening(name: str) -> str:
    """The first word of a name's pattern, by which it is looked up."""
    match = re.match(r"[a-z]+|[^\x00-\x7f]+", name)
    return match[0] if match else name
