"""The time on the wall, for templates."""

from django import template

from testbeds.calendars.stretches import clock

register = template.Library()
register.filter("clock", clock)
