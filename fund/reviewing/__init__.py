"""Expert review: what may be done with a review, who fits which application, and what is read of it."""
