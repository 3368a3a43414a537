#include "store/sqlite/demo_talk.hpp"

namespace quickclinic::store {
namespace {

using enum Speaker;

constexpr DemoLine talk_01[] = {
    {patient,
     "Good morning {doctor}, I started the vitamin D drops you suggested. Is it better to take "
     "them with breakfast or in the evening?"},
    {doctor,
     "Good morning {patient}! With a meal, whichever you are least likely to forget. Breakfast "
     "works for most people."},
    {patient, "Breakfast it is. The bottle can stand next to the coffee tin."},
    {doctor, "That is exactly how my own reminders work."}};
constexpr DemoLine talk_02[] = {
    {patient,
     "My knee feels much better since the exercises. I managed the stairs at the station without "
     "holding on."},
    {doctor, "That is wonderful to read. How many days a week did you get to them?"},
    {patient, "Four, sometimes five. I skip when my sister visits."},
    {doctor, "Four is plenty. Please keep going for another three weeks and then we look again."},
    {patient, "Will do. Should I still use ice afterwards?"},
    {doctor, "Only if it feels warm. Otherwise you no longer need it."}};
constexpr DemoLine talk_03[] = {
    {patient,
     "Hello {doctor}, the pharmacy has a different brand of the nasal spray. Same box size, other "
     "colour. Can I take it?"},
    {doctor, "Hello! Does it name the same active substance and the same strength on the front?"},
    {patient, "Yes, both are identical, I compared them twice."},
    {doctor, "Then it is the same medicine. You are fine to use it as before."}};
constexpr DemoLine talk_04[] = {
    {doctor,
     "Your blood results from {day} are in: everything is in the normal range, the iron has come "
     "up nicely."},
    {patient, "That is a relief! So I can stop the tablets?"},
    {doctor, "Finish the box you have, then stop. We check again in three months."},
    {patient, "Perfect, there are eleven left."},
    {doctor, "Then you will be done before the month is."}};
constexpr DemoLine talk_05[] = {
    {patient,
     "I wrote down my blood pressure for a week as you asked. Mornings about 128 over 82, evenings "
     "124 over 79."},
    {doctor,
     "Thank you, those are good numbers. Were you sitting for five minutes before each one?"},
    {patient, "Most of the time. On {day} I had just run up with the shopping, that was the 139."},
    {doctor, "That explains it, we ignore that one. No change to anything for now."}};
constexpr DemoLine talk_06[] = {
    {patient,
     "Is it normal that I am a bit tired after the vaccination yesterday? My arm is sore too."},
    {doctor,
     "Quite normal for a day or two. Drink enough and take it slowly; a cool cloth helps the arm."},
    {patient, "Thanks, I will put my feet up then."},
    {doctor, "Doctor's orders! Write to me if it is not better by {day}."},
    {patient, "All gone this morning, thank you for asking me to wait and see."}};
constexpr DemoLine talk_07[] = {
    {doctor,
     "Hello {patient}, how did the first week with the new glasses go? You mentioned the "
     "headaches."},
    {patient, "Hardly any! Just once, and I had been reading until two."},
    {doctor, "The book was good, at least?"},
    {patient, "Too good. I will put it away at eleven from now on."}};
constexpr DemoLine talk_08[] = {
    {patient, "I would like to move my appointment on {day}, my daughter has her school concert."},
    {doctor, "Of course. Would the same day a week later at {hour} suit you?"},
    {patient, "{hour} is perfect, thank you."},
    {doctor, "It is in the calendar. Enjoy the concert!"}};
constexpr DemoLine talk_09[] = {
    {patient, "The physiotherapist asks whether I may start swimming again."},
    {doctor,
     "Yes, gladly. Begin with twenty minutes, and no breaststroke for the first two weeks."},
    {patient, "Backstroke then. I will bump into people, but gently."},
    {doctor, "The lifeguard will forgive you."}};
constexpr DemoLine talk_10[] = {
    {patient, "Do I have to be fasting for the blood test on {day}?"},
    {doctor, "Yes please, nothing but water from ten in the evening before."},
    {patient, "Even black coffee?"},
    {doctor, "Even black coffee, I am sorry. Bring one with you for afterwards."},
    {patient, "That I can do."}};
constexpr DemoLine talk_11[] = {
    {doctor, "The X-ray shows nothing unusual. The bone has healed as it should."},
    {patient, "Thank you! Can I go back to cycling to work?"},
    {doctor, "Yes, and start with the flat way round for the first week."},
    {patient, "Along the river, then. It is the nicer one anyway."}};
constexpr DemoLine talk_12[] = {
    {patient, "The cough is almost gone, only a little in the mornings."},
    {doctor, "Good. Any fever since we spoke?"},
    {patient, "None, I checked every evening."},
    {doctor, "Then we just give it time. Honey in warm tea is as good as anything for the rest."}};
constexpr DemoLine talk_13[] = {
    {patient, "I forgot my tablet this morning and noticed at lunch. What now?"},
    {doctor,
     "Take it now if it is less than eight hours late, otherwise skip it. Never two at once."},
    {patient, "It was five hours, so I have taken it."},
    {doctor, "Perfect. A reminder on the phone at {hour} might help."},
    {patient, "Set it just now."}};
constexpr DemoLine talk_14[] = {
    {patient, "Could you send me the exercises for the back again? I have lost the sheet."},
    {doctor,
     "Certainly: knees to chest, the bridge, and the cat stretch, ten of each, mornings and "
     "evenings."},
    {patient, "Wonderful, I will stick it on the fridge this time."},
    {doctor, "Next to the photographs of the cat, who does it better than all of us."}};
constexpr DemoLine talk_15[] = {
    {doctor, "Your referral to the dermatologist is ready at the front desk."},
    {patient, "Great, can my husband collect it?"},
    {doctor, "Yes, with a short note from you. Or I send it by post if that is easier."},
    {patient, "He comes by on {day}, that is quicker."}};
constexpr DemoLine talk_16[] = {
    {patient, "I have tried the breathing exercise before meetings. It really helps."},
    {doctor, "I am glad! How long do you do it for?"},
    {patient, "Two minutes. I pretend to look for my glasses."},
    {doctor, "A splendid technique. Keep both."}};
constexpr DemoLine talk_17[] = {{patient,
                                 "We are going to the mountains for two weeks. Is there anything I "
                                 "should think of with the inhaler?"},
                                {doctor,
                                 "Keep it in your hand luggage, and one spare in another bag. Cold "
                                 "air is the only thing to mind."},
                                {patient, "A scarf over the mouth in the morning, then?"},
                                {doctor, "Exactly. And send a picture of the view."},
                                {patient, "Here is one in words: fog."}};
constexpr DemoLine talk_18[] = {
    {patient, "The rash is nearly gone after four days of the cream."},
    {doctor, "Very good. Please use it for three more days, thinly, then stop."},
    {patient, "And the sun?"},
    {doctor, "Sleeves or shade for another week, then it does not matter."}};
constexpr DemoLine talk_19[] = {
    {patient, "How much should I drink in this heat? My mother says three litres."},
    {doctor, "For you about two is plenty, a little more on days when you work in the garden."},
    {patient, "She will not believe me."},
    {doctor, "You may show her this message."}};
constexpr DemoLine talk_20[] = {
    {doctor, "{patient}, I saw your step count in the diary. That is twice what it was in spring!"},
    {patient, "The dog helps. He insists."},
    {doctor, "Dogs are the best prescription I know."},
    {patient, "He sends his regards and would like a biscuit."}};
constexpr DemoLine talk_21[] = {
    {patient, "I slept badly three nights in a row. Is there something simple I can try first?"},
    {doctor,
     "Yes: no screen in the last hour, the same time every night, and the room a little cooler."},
    {patient, "The screen is the hard one."},
    {doctor, "Put the charger in the kitchen. That is half of it."},
    {patient, "Second night without: seven hours. I am converted."}};
constexpr DemoLine talk_22[] = {
    {patient, "Is it all right to have a glass of wine with these tablets?"},
    {doctor, "One glass with a meal is fine with these. Not on an empty stomach."},
    {patient, "It is my birthday on {day}, hence the question."},
    {doctor, "Then many happy returns in advance!"}};
constexpr DemoLine talk_23[] = {
    {patient, "The dentist wants to know if I take anything that thins the blood."},
    {doctor, "No, nothing you take does that. He is welcome to call me."},
    {patient, "Thank you, I will pass it on."},
    {doctor, "Good luck with the tooth."}};
constexpr DemoLine talk_24[] = {
    {patient, "I would like a copy of my vaccination record for the new job."},
    {doctor, "It is ready on {day} after {hour}. Do you want it on paper or as a file?"},
    {patient, "Paper, they like stamps."},
    {doctor, "Then it gets two stamps."}};
constexpr DemoLine talk_25[] = {
    {doctor, "How is the wrist after the first week without the splint?"},
    {patient, "A little stiff in the morning, fine by noon."},
    {doctor, "That is as it should be. Soft ball, twenty squeezes, three times a day."},
    {patient, "I took my son's. He wants it back by {day}."},
    {doctor, "Fair enough. A rolled pair of socks will do as well."}};
constexpr DemoLine talk_26[] = {
    {patient,
     "The pollen is terrible this week. May I take the tablet in the evening instead of the "
     "morning?"},
    {doctor,
     "Yes, and many sleep better for it. Wash your hair before bed too, it brings a lot in."},
    {patient, "Never thought of that. Thank you!"},
    {doctor, "And keep the window closed until about {hour}."}};
constexpr DemoLine talk_27[] = {
    {patient, "The new diet plan is easier than I thought, except for weekends."},
    {doctor, "Weekends are allowed to be weekends. What is the difficulty?"},
    {patient, "My aunt's samosas."},
    {doctor, "Two, with the salad first. I am told they are excellent."},
    {patient, "Two is a negotiation. She starts at six."}};
constexpr DemoLine talk_28[] = {{patient, "Can you tell me when the flu vaccine will be there?"},
                                {doctor, "We expect it on {day}. Shall I put your name down?"},
                                {patient, "Yes please, and my husband's as well."},
                                {doctor, "Both done. Come any morning before {hour}."}};
constexpr DemoLine talk_29[] = {
    {patient, "I measured my sugar as agreed: 5.4 before breakfast, 6.8 two hours after lunch."},
    {doctor, "Beautiful values. Once a week is enough from now on."},
    {patient, "So fewer pricks, very good."},
    {doctor, "You have earned it."}};
constexpr DemoLine talk_30[] = {
    {patient, "My ears still feel blocked from the flight."},
    {doctor, "That can take a few days. Chewing, yawning, a warm shower. Any pain?"},
    {patient, "No pain, just like sitting under water."},
    {doctor, "Then wait until {day}, and if it has not opened by then come by and I have a look."},
    {patient, "It popped open over breakfast! Loudest toast of my life."}};
constexpr DemoLine talk_31[] = {
    {doctor, "A reminder that your check-up is due. Would {day} at {hour} suit you?"},
    {patient, "That would suit me very well."},
    {doctor, "Please bring the list of what you take, also things without prescription."},
    {patient, "I will. Does peppermint tea count?"},
    {doctor, "Only if you drink it by the bucket."}};
constexpr DemoLine talk_32[] = {
    {patient, "Thank you for your time yesterday. I feel much calmer about it all now."},
    {doctor,
     "That is good to hear. Write down the questions that come, and we go through them next time."},
    {patient, "I have three already."},
    {doctor, "Bring all three."}};
constexpr DemoLine talk_33[] = {
    {patient, "The plaster came off in the shower. Should I put a new one on?"},
    {doctor, "Let me know how it looks: dry and closed, or still a little open?"},
    {patient, "Dry and closed, just pink."},
    {doctor, "Then leave it to the air. You no longer need one."}};
constexpr DemoLine talk_34[] = {
    {patient, "Could the new tablets make me thirsty?"},
    {doctor, "They can, in the first two weeks. It usually settles. How much more do you drink?"},
    {patient, "Two glasses perhaps."},
    {doctor, "That is fine. Tell me on {day} if it becomes more."}};
constexpr DemoLine talk_35[] = {
    {patient, "How long should I wait after eating before I go for a run?"},
    {doctor, "After something light an hour, after a real lunch two to three."},
    {patient, "That explains the side stitch."},
    {doctor, "It does. And start slower than you would like to."}};
constexpr DemoLine talk_36[] = {
    {patient, "I have the allergy card with me always now, as you advised."},
    {doctor, "Very good. One in the wallet and a photograph on the phone."},
    {patient, "The photograph is a good idea. Done."},
    {doctor, "Then you are better organised than I am."}};
constexpr DemoLine talk_37[] = {
    {doctor, "The stockings, how are you getting on with them?"},
    {patient, "Getting them on is the workout of the day. But the legs feel lighter."},
    {doctor, "Rubber gloves help with the grip, the ordinary kitchen kind."},
    {patient, "You are a genius, {doctor}."},
    {doctor, "I have it from a patient, who had it from her mother."}};
constexpr DemoLine talk_38[] = {
    {patient,
     "My eyes are dry from the screen all day. Are the drops without preservative really better?"},
    {doctor,
     "If you use them more than four times a day, yes. Otherwise it makes little difference."},
    {patient, "Then the small bottle is enough."},
    {doctor, "And look out of the window every twenty minutes. It is free."}};
constexpr DemoLine talk_39[] = {
    {patient, "The heel is better with the insoles. Can I leave them out at home?"},
    {doctor, "Wear them for another month indoors too, in proper slippers. Bare feet later."},
    {patient, "Barefoot is my favourite thing."},
    {doctor, "I know. One month, I promise."}};
constexpr DemoLine talk_40[] = {
    {patient, "Is it too early for a hearing test? My family says the television is loud."},
    {doctor, "It is never too early, and it takes ten minutes. {day} at {hour}?"},
    {patient, "Yes. I will tell the family I have heard them."},
    {doctor, "Very well said."}};
constexpr DemoLine talk_41[] = {
    {patient, "Little question: may I cut the tablet in half? It is rather big."},
    {doctor, "This one yes, there is a line in the middle. Not the other one with the coating."},
    {patient, "Understood: line yes, shiny no."},
    {doctor, "That is the whole science of it."}};
constexpr DemoLine talk_42[] = {
    {patient, "The headache diary: three this month, one of them after the long drive."},
    {doctor, "Down from seven. What did you change, do you think?"},
    {patient, "More water, and I eat lunch now."},
    {doctor, "Then I write down lunch as the treatment."},
    {patient, "Side effects: I like Mondays better."}};
constexpr DemoLine talk_43[] = {
    {doctor, "Hello {patient}, did the travel clinic have everything for your trip?"},
    {patient, "Yes, all done, the booklet is full of stickers."},
    {doctor, "Keep it with the passport. When do you leave?"},
    {patient, "On {day}, very early. Back in three weeks."},
    {doctor, "Safe journey!"}};
constexpr DemoLine talk_44[] = {
    {patient, "My son has been asking whether he should get his eyes tested before school starts."},
    {doctor,
     "Good idea, it is quick and most children enjoy it. The school has a free date as well."},
    {patient, "Oh, I did not know. I will ask there."},
    {doctor, "If it does not work out, we find a time here."}};
constexpr DemoLine talk_45[] = {
    {patient, "The scale says one kilo less. It is not much, but it is the right direction."},
    {doctor, "One kilo that stays away is a lot. Well done."},
    {patient, "It was the evening walks."},
    {doctor, "Then please keep the walks even when the kilo is bored of leaving."}};
constexpr DemoLine talk_46[] = {
    {patient, "I feel fine without the elbow strap now. May I play table tennis on {day}?"},
    {doctor, "Yes, one hour, and leave the big smashes for the week after."},
    {patient, "My partner will be delighted, he never had a chance before."},
    {doctor, "Be kind to him."}};
constexpr DemoLine talk_47[] = {
    {doctor,
     "Your letter from the cardiologist has come: heart in good order, see you in two years."},
    {patient, "The best post of the week! Thank you for letting me know at once."},
    {doctor, "With pleasure. Please keep on walking."},
    {patient, "Two years of walking, understood."}};
constexpr DemoLine talk_48[] = {{patient, "Is the clinic open on the holiday next week?"},
                                {doctor,
                                 "Closed that day, open again the morning after from eight. In an "
                                 "emergency call 112, of course."},
                                {patient, "Only a prescription, it can wait."},
                                {doctor, "I leave it at the desk for you on {day}."}};

constexpr DemoTalk talks[] = {
    talk_01, talk_02, talk_03, talk_04, talk_05, talk_06, talk_07, talk_08, talk_09, talk_10,
    talk_11, talk_12, talk_13, talk_14, talk_15, talk_16, talk_17, talk_18, talk_19, talk_20,
    talk_21, talk_22, talk_23, talk_24, talk_25, talk_26, talk_27, talk_28, talk_29, talk_30,
    talk_31, talk_32, talk_33, talk_34, talk_35, talk_36, talk_37, talk_38, talk_39, talk_40,
    talk_41, talk_42, talk_43, talk_44, talk_45, talk_46, talk_47, talk_48};

}  // namespace

std::span<const DemoTalk> demo_talks() noexcept { return talks; }

}  // namespace quickclinic::store
