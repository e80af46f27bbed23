package dev.bbm.starter.webui;

import java.io.IOException;
import java.net.URI;
import org.openqa.selenium.By;

/** The page of one migration in the Web UI, found and used with clicks and keys only. */
final class MigrationPage {

  private static final By CURRENT_DETAILS = By.id("user-metadata-current-details");
  private static final By DIALOG = testId("update-confirmation-modal");

  private final Browser browser;

  private MigrationPage(Browser browser) {
    this.browser = browser;
  }

  private static By testId(String id) {
    return By.cssSelector("[data-testid='%s']".formatted(id));
  }

  private static By inDialog(String selector) {
    return By.cssSelector("[data-testid='update-confirmation-modal'] " + selector);
  }

  /** From the list of workflows to the details of the one whose id begins so. */
  static MigrationPage find(Browser browser, URI webUi, String idBegins) {
    var link = By.xpath("//a[starts-with(normalize-space(.), '%s')]".formatted(idBegins));
    browser.openUntilSeen(webUi + "/namespaces/default/workflows", link);
    browser.click(link);
    browser.click(testId("user-metadata-tab"));
    browser.see(CURRENT_DETAILS);
    return new MigrationPage(browser);
  }

  /** Waits for a text in the current details and returns all of them. */
  String awaitDetails(String text) {
    return browser.seeInFrame(CURRENT_DETAILS, text);
  }

  /** The page does not refresh by itself. */
  void reload() {
    browser.reload();
  }

  /** Chooses an update from the menu; returns what the picker says of it. */
  String chooseUpdate(String name) {
    browser.click(By.xpath("//button[contains(., 'More Actions')]"));
    browser.click(testId("update-button"));
    browser.click(inDialog("[data-testid='update-select-button']"));
    var option =
        By.xpath("//dialog//li[@role='option'][.//span[normalize-space(.)='%s']]".formatted(name));
    var description = browser.see(option).getText();
    browser.click(option);
    return description;
  }

  /**
   * Types into the one field of the dialog, and submits it. The field lays its JSON out when it is
   * left, which moves the button away from under a hand that is too quick.
   */
  void submit(String json) {
    browser.click(inDialog(".cm-content"));
    browser.see(inDialog(".cm-content")).sendKeys(json);
    browser.click(inDialog("[id^='modal-title']"));
    browser.click(inDialog("[data-testid='confirm-modal-button']"));
  }

  /** Waits until the dialog is gone, as after an accepted update. */
  void awaitAccepted() {
    browser.awaitGone(DIALOG);
  }

  /** Waits for the dialog's message, as after a refused update. */
  String awaitRefusal() {
    return browser.see(inDialog("[role='alert']:not([id])")).getText();
  }

  void takeScreenshot(String name) throws IOException {
    browser.takeScreenshot(name);
  }
}
