"""Frames of the second router, and of both routers side by side."""

import dataframely as dy

from schemas.windowed import Windowed


class GatewayDays(dy.Schema):
    """Shares of labs on the Vercel AI Gateway by day, as known at a standpoint; every day is there whole."""

    day = dy.Date(primary_key=True)
    metric = dy.String(primary_key=True, description="tokens, requests or spend")
    name = dy.String(primary_key=True, description="the gateway's name of the lab")
    share = dy.Float64(min=0, max=1, description="of that metric on that day")


class AttributedDays(GatewayDays):
    """The same with the origin of each lab."""

    origin = dy.String(nullable=True, description="null where the name or its lab is not reviewed")


class Crosscheck(Windowed):
    """An origin's share on both routers, side by side, never added up.

    Null where a router has no point for the window; of an origin that it states nothing of there is no share,
    which is not zero, and a `high`. On either router what nobody can attribute is in no origin: a share is what
    is known, and `high` what it would be if all of that were the origin's.
    """

    origin = dy.String(primary_key=True, description="ISO 3166-1 alpha-2")
    openrouter_share = dy.Float64(
        nullable=True, min=0, max=1, description="of all tokens on OpenRouter: what is known"
    )
    openrouter_high = dy.Float64(
        nullable=True, min=0, max=1, description="if all that nobody can attribute there were its own"
    )
    gateway_share = dy.Float64(
        nullable=True,
        min=0,
        max=1,
        description="of all tokens on the gateway, mean of the days: what is known",
    )
    gateway_high = dy.Float64(nullable=True, min=0, max=1, description="the same on the gateway")
    gateway_requests_share = dy.Float64(nullable=True, min=0, max=1, description="the same of requests")
    gateway_spend_share = dy.Float64(nullable=True, min=0, max=1, description="the same of spend")
    difference_points = dy.Float64(nullable=True, description="gateway_share - openrouter_share, in points")
    apart = dy.Bool(nullable=True, description="the two stretches from share to high have nothing in common")
    openrouter_coverage = dy.Float64(
        nullable=True, min=0, max=1, description="tokens with a known origin, of all"
    )
    gateway_coverage = dy.Float64(nullable=True, min=0, max=1, description="the same on the gateway")
    gateway_days = dy.Int64(min=0, description="days of the window that the gateway has")
    openrouter_leader = dy.String(nullable=True, description="of the pair, who has more known tokens")
    openrouter_decided = dy.Bool(
        nullable=True, description="it leads however the unknown tokens are dealt out"
    )
    gateway_leader = dy.String(nullable=True, description="of the pair, who has more on the gateway")
    gateway_decided = dy.Bool(nullable=True, description="it leads there, whoever the unknown labs are")
    agree = dy.Bool(
        nullable=True, description="the same leader, decided on both; null where either is not decided"
    )
