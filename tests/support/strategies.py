"""Made series and thresholds, close enough to each other that ties and bounds come up."""

from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st

from tasks.alerts.threshold import Interval, Threshold

few = settings(max_examples=120, deadline=None)

Values = list[Interval | None]

figures = st.integers(44, 56).map(Fraction)
points = figures.map(lambda figure: Interval(figure, figure))
intervals = st.tuples(figures, figures).map(lambda pair: Interval(min(pair), max(pair)))
values = st.lists(st.one_of(st.none(), intervals, points), max_size=14)
bounds = st.integers(48, 52).map(Fraction)
plain = st.builds(lambda strict, fire: Threshold(strict, fire, fire), st.booleans(), bounds)
thresholds = st.builds(
    lambda strict, fire, band, up, down: Threshold(strict, fire, fire - band, up, down),
    st.booleans(),
    bounds,
    st.integers(0, 3),
    st.integers(1, 3),
    st.integers(1, 3),
)
