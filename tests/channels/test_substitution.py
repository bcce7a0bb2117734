"""The quick way writes exactly what Liquid writes, or nothing."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channels.substitution import quick
from channels.templating import _html, _parsed, _plain, compiled, render

_KEYS = ("name", "city", "n", "tags", "size", "first", "last", "客", "deep")
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="{}"), max_size=12) | st.sampled_from(
    ["", " ", "<b>&\"'", "a\r\nb", "\r", "\n", "客户", "0"]
)
_LEAVES = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | _TEXTS
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4),
    max_leaves=8,
)
_CONTEXTS = st.fixed_dictionaries(
    {
        "customer": st.fixed_dictionaries(
            {
                "id": _TEXTS,
                "attributes": st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=5),
                "tags": st.lists(_TEXTS, max_size=3),
            }
        ),
        "event": st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=3),
        "reward": st.just({}),
    }
)
_STEPS = st.sampled_from([f".{k}" for k in _KEYS] + ["[0]", "['name']", "['a b']"])
_PATHS = st.builds(
    lambda root, steps: root + "".join(steps),
    st.sampled_from(["customer.attributes", "customer", "event", "reward", "nothing", "now.x"]),
    st.lists(_STEPS, max_size=3),
)
_FILTERS = st.sampled_from(["", "", "", ' | default: "您"', " | default: ''", ' | default: "a" | default: "b"', " | default: customer.id",
                            " | upcase", ' | default: "<i>", allow_false: true'])  # fmt: skip
_OUTPUTS = st.builds(
    lambda path, more, dash: "{{" + dash + " " + path + more + " " + dash + "}}",
    _PATHS,
    _FILTERS,
    st.sampled_from(["", "-"]),
)
_SOURCES = st.lists(_TEXTS | _OUTPUTS | st.just("{% if customer.id %}x{% endif %}"), min_size=1, max_size=5).map(
    "".join
)


@pytest.mark.parametrize("escaped", [False, True])
@given(source=_SOURCES, context=_CONTEXTS)
@example(source="a\r{{ customer.id }}", context={"customer": {"id": "x\r\ny"}, "event": {}, "reward": {}})
@example(source="{{ customer.id }}", context={"customer": {"id": "<&>"}, "event": {}, "reward": {}})
@example(source="{{ event.size }}", context={"customer": {}, "event": {"name": "x"}, "reward": {}})
def test_quick_is_liquid_or_nothing(escaped: bool, source: str, context: dict[str, Any]) -> None:
    template = (_html if escaped else _plain).from_string(source)
    fill = quick(template, escaped=escaped)
    found = fill(context) if fill else None
    assert found is None or found == template.render(**context)


@given(source=_SOURCES, context=_CONTEXTS)
def test_contents_are_what_liquid_makes_of_them(source: str, context: dict[str, Any]) -> None:
    content = {"html": source, "list": [source, 1, None], "deep": {"a": source, "b": True}}
    plain, escaped = _parsed(source, False).render(**context), _parsed(source, True).render(**context)
    shown = render(content, frozenset({"html"}), context)
    if "{{" not in source and "{%" not in source:
        plain = escaped = source  # no Liquid, no change
    assert shown == {"html": escaped, "list": [plain, 1, None], "deep": {"a": plain, "b": True}}


@pytest.mark.parametrize(
    "source", ["{{ customer.attributes.name }},你好 {{ event.name | default: '您' }}", "{{ customer.id }}"]
)
def test_what_only_fills_in_goes_the_quick_way(source: str) -> None:
    fill = quick(_parsed(source, False), escaped=False)
    assert fill
    assert fill({"customer": {"id": "1", "attributes": {"name": "客"}}, "event": {"name": "x"}}) is not None


@pytest.mark.parametrize(
    "source", ["{{ customer.tags | size }}", "{% if event %}x{% endif %}", "{{ customer.tags[0] }}", "{{ 'x' }}"]
)
def test_what_does_more_is_left_to_liquid(source: str) -> None:
    assert quick(_parsed(source, False), escaped=False) is None


def test_what_is_read_is_known() -> None:
    some = compiled({"text": "{{ customer.attributes.name }} {{ event.x }}"}, frozenset())
    assert not some.reads_any(("customer", "tags"), ("unsubscribe_url",))
    assert some.reads_any(("event",))
    whole = compiled({"text": "{% assign c = customer %}{{ c.tags }} {{ unsubscribe_url }}"}, frozenset())
    assert whole.reads_any(("customer", "tags"))
    assert whole.reads_any(("unsubscribe_url",))
    assert compiled({"text": "{{ customer.tags[0] }}"}, frozenset()).reads_any(("customer", "tags"))
    assert compiled({"text": "{{ customer['tags'] }}"}, frozenset()).reads_any(("customer", "tags"))
    assert compiled({"text": "{{ customer[event.key] }}"}, frozenset()).reads_any(("customer", "tags"))
