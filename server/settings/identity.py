"""Who is asking."""

from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings

from server.settings.checks import claim_list, key_server, long_enough


class IdentitySettings(BaseSettings):
    """Who is asking."""

    jwt_secret: Annotated[
        SecretStr | None,
        AfterValidator(long_enough),
        Field(
            description="Secret that links and cursors are signed with, and access tokens (HS256) where there is no "
            "key server; 32 bytes or more. Default: made in the data folder, in development only."
        ),
    ] = None
    jwt_issuer: Annotated[
        str | None,
        Field(description="What access tokens must have as `iss`, letter by letter. Default: anything.", min_length=1),
    ] = None
    jwks_url: Annotated[
        HttpUrl | None,
        AfterValidator(key_server),
        Field(
            description="Key server (JWKS) of the access tokens' issuer: tokens are then signed by RS256, ES256 or "
            "EdDSA, and no others are accepted. Default: tokens are signed with the secret."
        ),
    ] = None
    jwt_audience: Annotated[
        str | None,
        Field(
            description="What access tokens must have in `aud`; one of several, with commas between. "
            "Default: tokens must have no `aud`.",
            min_length=1,
        ),
    ] = None
    jwt_leeway_seconds: Annotated[
        int, Field(description="How far the issuer's clock may be from this machine's.", ge=0, le=300)
    ] = 30
    jwt_required_claims: Annotated[
        str | None,
        AfterValidator(claim_list),
        Field(
            description="What access tokens must say besides, with commas between: `role=authenticated,email`. "
            "Default: nothing."
        ),
    ] = None
    jwt_user_claim: Annotated[str, Field(description="Claim that names the user, by a UUID.", min_length=1)] = "sub"

    @property
    def audiences(self) -> list[str]:
        """The audiences of which a token must be for one."""
        return [audience.strip() for audience in (self.jwt_audience or "").split(",") if audience.strip()]

    @property
    def required_claims(self) -> dict[str, str | None]:
        """The claims that a token must have, with their values, None for any."""
        claims = (claim.partition("=") for claim in (self.jwt_required_claims or "").split(",") if claim)
        return {name.strip(): value.strip() if equals else None for name, equals, value in claims}
