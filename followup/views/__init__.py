"""Pages of the follow-up: the reports, the making of one, its parts, and each figure opened into its cases."""

from followup.views.making import CancelReport, ReportList, ReportProgress
from followup.views.reading import FigureChart, FigurePage, PartPage, ReportFile, ReportPage, YearPage

__all__ = [
    "CancelReport",
    "FigureChart",
    "FigurePage",
    "PartPage",
    "ReportFile",
    "ReportList",
    "ReportPage",
    "ReportProgress",
    "YearPage",
]
