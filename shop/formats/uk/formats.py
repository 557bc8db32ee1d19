"""Ukrainian dates without a nought before the day; the year and its "р." never part at the end of a line."""

DATE_FORMAT = "j E Y\N{NO-BREAK SPACE}р."
DATETIME_FORMAT = "j E Y\N{NO-BREAK SPACE}р., H:i"
MONTH_DAY_FORMAT = "j E"
