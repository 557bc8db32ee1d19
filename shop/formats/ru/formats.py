"""Russian dates: the year and its "г." never part at the end of a line."""

DATE_FORMAT = "j E Y\N{NO-BREAK SPACE}г."
DATETIME_FORMAT = "j E Y\N{NO-BREAK SPACE}г. G:i"
MONTH_DAY_FORMAT = "j E"
