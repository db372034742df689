"""Throw-away: pictures of the pages."""
import os
from datetime import timedelta
import pytest
from django.utils import timezone
from playwright.sync_api import sync_playwright
from django.conf import settings
from agencies.colleagues import inviting, links, recertifying, suspending
from agencies.models import Role
from agencies.models.user import system_user
from tests.conftest import member
from tests.factories import MembershipFactory, RankFactory, in_days
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="true"

def test_look(transactional_look, live_server):
    pass
