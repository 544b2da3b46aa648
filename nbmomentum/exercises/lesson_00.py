"""The exercise of 00_start_here."""

from nbmomentum.exercises.exercise import Exercise, expect

what_a_reader_needs = Exercise(
    question="What must a reader know to get this record: 'a' the producer's name, 'b' the topic's name, "
    "'c' the moment it was sent?",
    judge=expect("b", wrong="Think of a newspaper: you read it without knowing who wrote it, or when."),
    explanation="Producer and consumer never meet. Both know the topic; the log keeps the record until someone reads.",
    hints=("Which of the three does the consumer's cell below mention?",),
    answer="prediction = 'b'",
)
