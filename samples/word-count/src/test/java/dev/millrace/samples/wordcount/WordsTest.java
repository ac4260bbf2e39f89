package dev.millrace.samples.wordcount;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void whenLettersAndDigitsEnd_thenAWordDoes() {
        assertThat(Words.of("It's 1984 -- don't_panic, R2-D2!"))
                .containsExactly("it", "s", "1984", "don", "t", "panic", "r2", "d2");
    }

    @Test
    void whenThereIsNothingToCount_thenThereAreNoWords() {
        assertThat(Words.of("")).isEmpty();
        assertThat(Words.of(" \t-.,!\u2014\ud83d\ude00 ")).isEmpty();
    }

    @Test
    void whenATextBeginsOrEndsWithAWord_thenThatIsWhole() {
        assertThat(Words.of("one")).containsExactly("one");
        assertThat(Words.of("one two")).containsExactly("one", "two");
        assertThat(Words.of(" one ")).containsExactly("one");
    }

    @Test
    void whenLettersAreNotInTheBasicPlane_thenTheyAreLetters() {
        // Deseret letters have cases; a word of Gothic letters; an emoji is none.
        assertThat(Words.of("\ud801\udc00\ud801\udc29 \ud800\udf32\ud800\udf3fx\ud83d\ude00y"))
                .containsExactly("\ud801\udc28\ud801\udc29", "\ud800\udf32\ud800\udf3fx", "y");
    }

    @Test
    void whenASurrogateStandsAlone_thenItIsNoLetter() {
        assertThat(Words.of("a\ud801b\udc00c")).containsExactly("a", "b", "c");
        assertThat(Words.of("a\ud801")).containsExactly("a");
    }

    @Test
    void whenScriptsHaveNoSpacesOrCases_thenRunsAreWords() {
        assertThat(Words.of("\u6c34\u8eca\u3001\u0663\u0664 \u00c5NGSTR\u00d6M"))
                .containsExactly("\u6c34\u8eca", "\u0663\u0664", "\u00e5ngstr\u00f6m");
    }

    @Test
    void whenTheMachineIsTurkish_thenWordsAreTheSame() {
        Locale before = Locale.getDefault();
        Locale.setDefault(new Locale("tr", "TR"));
        try {
            assertThat(Words.of("TITLE I")).containsExactly("title", "i");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void whenAWordIsLowerCased_thenItsNeighboursDoNotMatter() {
        // A sigma at the end of a word has a form of its own.
        assertThat(Words.of("\u039f\u0394\u039f\u03a3.\u0391")).containsExactly("\u03bf\u03b4\u03bf\u03c2", "\u03b1");
    }
}
