"""Installing the app: the page of consent, codes for tokens, and tokens that are rotated."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.state import APP_ID, ROTATED_LIFE, Installation, Token, Workspace
from tests.fakes.slack.world import World

Json = dict[str, Any]

CODE_LIFE = 600


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person consented to."""

    workspace: Workspace
    scopes: tuple[str, ...]
    user_scopes: tuple[str, ...]
    redirect_uri: str
    org_wide: bool
    installer: str
    expires_at: float


@dataclass(slots=True)
class OAuth:
    """The consent of whoever visits the page.

    Attributes:
        workspace: Where the visitor installs the app.
        installer: The visitor's user id.
        org_wide: Whether they install it for the whole enterprise.
        deny: Whether they press Cancel.
        rotation: Whether tokens expire after 12 hours and are refreshed.
    """

    world: World
    client_id: str
    client_secret: str
    workspace: Workspace
    installer: str = ""
    org_wide: bool = False
    deny: bool = False
    rotation: bool = False
    _codes: dict[str, Grant | None] = field(default_factory=dict)

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """Consent at once, and send the visitor back with a code."""
        query = request.query
        if query.get("client_id") != self.client_id:
            return web.Response(status=400, text="Oops! That client_id is not known: invalid_client_id")
        redirect = query.get("redirect_uri", "")
        if not redirect:
            return web.Response(status=400, text="Oops! There is no redirect_uri: bad_redirect_uri")
        if self.deny:
            answer = {"error": "access_denied", "state": query.get("state", "")}
        else:
            answer = {"code": self._consent(query.get("scope", ""), query.get("user_scope", ""), redirect)}
            answer["state"] = query.get("state", "")
        raise web.HTTPFound(redirect + ("&" if "?" in redirect else "?") + urlencode(answer))

    def _consent(self, scopes: str, user_scopes: str, redirect: str) -> str:
        code = f"EXAMPLE-code-{self.world.number()}"
        installer = self.installer or self.world.add_user("admin", self.workspace.id).id
        self._codes[code] = Grant(
            self.workspace,
            tuple(filter(None, scopes.split(","))),
            tuple(filter(None, user_scopes.split(","))),
            redirect,
            self.org_wide,
            installer,
            self.world.clock.time() + CODE_LIFE,
        )
        return code

    def access(self, args: Json, authorization: str) -> Json:
        """Return what ``oauth.v2.access`` answers.

        Raises:
            SlackError: the client, the code or the refresh token is not good.
        """
        self._check_client(args, authorization)
        if args.get("grant_type") == "refresh_token":
            return self._refresh(str(args.get("refresh_token", "")))
        return self._exchange(str(args.get("code", "")), str(args.get("redirect_uri", "")))

    def _check_client(self, args: Json, authorization: str) -> None:
        client, secret = str(args.get("client_id", "")), str(args.get("client_secret", ""))
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                client, _, secret = base64.b64decode(encoded).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise SlackError("invalid_client_id") from None
        if client != self.client_id:
            raise SlackError("invalid_client_id")
        if secret != self.client_secret:
            raise SlackError("bad_client_secret")

    def _exchange(self, code: str, redirect_uri: str) -> Json:
        if code not in self._codes:
            raise SlackError("invalid_code")
        grant = self._codes[code]
        if grant is None:
            raise SlackError("code_already_used")
        if grant.expires_at < self.world.clock.time():
            raise SlackError("invalid_code")
        if redirect_uri and redirect_uri != grant.redirect_uri:
            raise SlackError("bad_redirect_uri")
        self._codes[code] = None
        made = self.world.install(grant.workspace, grant.scopes, org_wide=grant.org_wide, installer=grant.installer)
        made.installer = grant.installer
        user: Json = {"id": grant.installer}
        if grant.user_scopes:
            token = self.world.issue("user", made, grant.user_scopes)
            user |= {"scope": ",".join(grant.user_scopes), "access_token": token.value, "token_type": "user"}
        return self._answer(made) | {"authed_user": user}

    def _refresh(self, value: str) -> Json:
        old = self.world.tokens.get(value)
        if old is None or old.kind != "refresh" or old.revoked or old.installation is None:
            raise SlackError("invalid_refresh_token")
        if not old.installation.active:
            raise SlackError("invalid_refresh_token")
        old.revoked = True
        return self._answer(old.installation)

    def _answer(self, made: Installation) -> Json:
        workspace = self.world.workspaces[made.team_id]
        token = self.world.issue("bot", made, made.scopes, life=ROTATED_LIFE if self.rotation else None)
        enterprise = {"id": made.enterprise_id, "name": made.enterprise_id} if made.enterprise_id else None
        return {
            "access_token": token.value,
            "token_type": "bot",
            "scope": ",".join(sorted(made.scopes)),
            "bot_user_id": made.bot_user,
            "app_id": APP_ID,
            "team": None if made.org_wide else {"id": workspace.id, "name": workspace.name},
            "enterprise": enterprise,
            "is_enterprise_install": made.org_wide,
            **self._rotated(token),
        }

    def _rotated(self, token: Token) -> Json:
        if not self.rotation:
            return {}
        refresh = self.world.issue("refresh", token.installation, ())
        return {"expires_in": ROTATED_LIFE, "refresh_token": refresh.value}
