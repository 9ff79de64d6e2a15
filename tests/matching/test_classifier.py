import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bot.matching.classifier import RIDGE, fit, softmax
from bot.matching.lexical import Floats, Ints

CLASSES = 8
SEEDS = range(6)


def clustered(seed: int, texts: int = 40, noise: float = 0.8) -> tuple[Floats, Ints]:
    """Unit vectors scattered around the centres of their classes, and their labels, ascending."""
    random = np.random.default_rng(seed)
    labels = np.sort(np.concatenate([np.arange(CLASSES), random.integers(0, CLASSES, texts - CLASSES)]))
    centres = random.normal(size=(CLASSES, 24))
    vectors = centres[labels] + noise * random.normal(size=(texts, 24))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), labels.astype(np.int32)


def kernel_of(vectors: Floats) -> Floats:
    return np.asarray(np.exp(2 * (vectors @ vectors.T - 1)), np.float32)


def descended(kernel: Floats, labels: Ints, classes: int) -> Floats:
    """The scores of plain softmax regression by slow gradient descent, in the kernel's own feature space.

    The penalty is half of `RIDGE`, a quarter of it times the squared length of the weights, as the bound of 1/2 on the
    curvature makes it.
    """
    values, directions = np.linalg.eigh(kernel.astype(np.float64))
    features = directions * np.sqrt(np.maximum(values, 0))
    weights = np.zeros((features.shape[1], classes))
    target = np.eye(classes)[labels]
    pace = 1 / (0.5 * values.max() + RIDGE / 2)
    for _ in range(20_000):
        powers = np.exp(features @ weights)
        chances = powers / powers.sum(axis=1, keepdims=True)
        weights -= pace * (features.T @ (chances - target) + RIDGE / 2 * weights)
    return np.asarray(features @ weights, np.float32)


@given(arrays.arrays(np.float32, (3, 4), elements=st.floats(-1e4, 1e4, width=32)))
def test_probabilities_sum_to_one_and_keep_the_order_of_the_scores(scores: Floats) -> None:
    chances = softmax(scores)

    assert chances.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert ((chances >= 0) & (chances <= 1)).all()
    assert (chances[np.arange(3), scores.argmax(axis=1)] == chances.max(axis=1)).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_steps_end_where_the_gradient_is_nearly_zero(seed: int) -> None:
    vectors, labels = clustered(seed)

    fitted = fit(kernel_of(vectors), labels, CLASSES)

    residual = np.eye(CLASSES)[labels] - softmax(fitted.kernel @ fitted.coefficients)
    assert np.abs(2 * residual - RIDGE * fitted.coefficients).max() < 2e-3


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_the_classifier_is_plain_softmax_regression(seed: int) -> None:
    vectors, labels = clustered(seed, texts=24)
    kernel = kernel_of(vectors)

    fitted = fit(kernel, labels, CLASSES)

    assert softmax(fitted.kernel @ fitted.coefficients) == pytest.approx(
        softmax(descended(kernel, labels, CLASSES)), abs=2e-3
    )


def test_a_text_of_one_class_scores_highest_there() -> None:
    vectors, labels = clustered(0, noise=0.3)

    fitted = fit(kernel_of(vectors), labels, CLASSES)

    assert (fitted.kernel @ fitted.coefficients).argmax(axis=1).tolist() == labels.tolist()


# Six seeds, measured: probabilities 0.009 off on average, 0.15 at most; the correlation of the scores is 0.9989.
@pytest.mark.parametrize("seed", SEEDS)
def test_a_text_left_out_scores_nearly_as_if_the_rest_had_been_fitted_without_it(seed: int) -> None:
    vectors, labels = clustered(seed)
    kernel = kernel_of(vectors)
    refitted = []
    for text in range(len(labels)):
        rest = np.arange(len(labels)) != text
        refitted.append(kernel[text, rest] @ fit(kernel[np.ix_(rest, rest)], labels[rest], CLASSES).coefficients)

    scores = fit(kernel, labels, CLASSES).without_each_text()

    off = np.abs(softmax(scores) - softmax(np.array(refitted)))
    assert off.mean() < 0.015
    assert off.max() < 0.25
    assert np.corrcoef(scores.ravel(), np.ravel(refitted))[0, 1] > 0.995


# Six seeds, measured: probabilities 0.0014 off on average, 0.0144 at most; without the ridge, 0.0175 at the least.
@pytest.mark.parametrize("seed", SEEDS)
def test_a_class_left_out_gives_nearly_the_scores_that_the_others_have_without_it(seed: int) -> None:
    vectors, labels = clustered(seed)
    kernel = kernel_of(vectors)
    refitted = np.zeros((len(labels), CLASSES), np.float32)
    for label in range(CLASSES):
        out = labels == label
        rest = fit(kernel[np.ix_(~out, ~out)], labels[~out], CLASSES)
        refitted[out] = kernel[np.ix_(out, ~out)] @ rest.coefficients
        refitted[out, label] = -np.inf

    scores = fit(kernel, labels, CLASSES).without_each_class(labels)

    off = np.abs(softmax(scores) - softmax(refitted))
    assert off.mean() < 0.002
    assert off.max() < 0.016


def test_a_class_left_out_has_no_chance_itself() -> None:
    vectors, labels = clustered(1)

    scores = fit(kernel_of(vectors), labels, CLASSES).without_each_class(labels)

    assert softmax(scores)[np.arange(len(labels)), labels].max() == 0


def test_a_single_text_of_a_single_class_can_be_fitted() -> None:
    fitted = fit(np.ones((1, 1), np.float32), np.zeros(1, np.int32), 1)

    assert softmax(fitted.kernel @ fitted.coefficients).tolist() == [[1]]
    assert np.isfinite(fitted.without_each_text()).all()
