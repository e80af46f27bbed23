package dev.bbm.workflows.migration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MarkdownTest {

  @Test
  void leavesOrdinarySentencesAlone() {
    var sentence = "It's over: 14.2 s, 50 % of \"a/b\" (see https://gitlab.com/x - 3) + é 🐘!";

    assertThat(Markdown.plain(sentence)).isEqualTo(sentence);
  }

  @Test
  void takesTheMeaningFromMarkdownAndHtml() {
    assertThat(Markdown.plain("<script>a[0](x)</script> *b* _c_ `d` {namespace} #1 $e$ &amp; \\"))
        .isEqualTo(
            "\\<script\\>a\\[0\\](x)\\</script\\> \\*b\\* \\_c\\_ \\`d\\` \\{namespace\\} \\#1 \\$e\\$ \\&amp; \\\\");
  }

  @Test
  void keepsToOneLine() {
    assertThat(Markdown.plain(" one\r\n\ttwo \n\n- three\n")).isEqualTo("one two - three");
  }
}
